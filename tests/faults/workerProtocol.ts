import { z } from 'zod';

/** Points of a card's way at which a worker can be told to kill itself, in the order in which a card passes them. */
export const points = [
  'beforeWrite',
  'insideWrite',
  'afterWrite',
  'beforeSend',
  'duringSend',
  'afterSend',
  'insideMark',
  'afterMark',
] as const;

/** A point of a card's way. */
export type Point = (typeof points)[number];

/** How a worker is made; it comes as JSON on its command line. */
export const workerOptionsSchema = z.strictObject({
  dataDir: z.string(),
  /** Base address of the stand-in for Genesys: its login host and its API. */
  url: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  dropsRepeats: z.boolean(),
  onUnknown: z.enum(['hold', 'resend']),
  requestsPerMinute: z.number(),
  /** Default: the outbox's own bound. */
  maxWaiting: z.number().optional(),
  /** Default: the route's own time limit of a request, in milliseconds. */
  timeoutMs: z.number().optional(),
  /** File of certificates that the worker trusts besides the usual ones. */
  caFile: z.string().optional(),
  /** First back-off in milliseconds; default: the product's own. */
  retryBaseMs: z.number().optional(),
  /** Pages of the write-ahead log after which SQLite moves them into the database; default: SQLite's own. */
  checkpointPages: z.number().optional(),
  /** Kill yourself when a point is passed for the n-th time, counted from 1. */
  dieAt: z.strictObject({ point: z.enum(points), nth: z.number() }).optional(),
});

/** How a worker is made. */
export type WorkerOptions = z.infer<typeof workerOptionsSchema>;

/** A card that the parent asks for. */
export interface NumberedCard {
  readonly messageId: string;
  readonly conversationId: string;
  /** Position in its conversation, from 1. */
  readonly sequence: number;
}

/** What the parent tells a worker. */
export type ToWorker = { kind: 'card'; card: NumberedCard } | { kind: 'report' | 'collectedReport' };

/** What a worker tells the parent. */
export type FromWorker =
  | { kind: 'ready' }
  /** The worker could not start. */
  | { kind: 'failed'; message: string }
  /** The card is stored: from now on it must not get lost. */
  | { kind: 'stored'; messageId: string }
  | { kind: 'refused'; messageId: string; code: string }
  | { kind: 'attempt'; messageId: string; result: string }
  | { kind: 'settled'; messageId: string; conversationId: string; outcome: string }
  | ({ kind: 'report' } & WorkerReport);

/** A worker's state at one moment. */
export interface WorkerReport {
  /** Cards that wait or are on the wire. */
  readonly depth: number;
  /** What is alive: heap and buffers; exact in a report that was collected for. */
  readonly heldMiB: number;
}
