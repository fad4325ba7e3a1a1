import { z } from 'zod';
import type { NumberedCard } from './workerProtocol.ts';

/** How an instance is made; it comes as JSON on its command line. */
export const instanceOptionsSchema = z.strictObject({
  databaseUrl: z.string(),
  /** Base address of the stand-in for Genesys: its login host and its API. */
  url: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  requestsPerMinute: z.number(),
  /** Whether the receiver drops repeats; else doubtful cards are held. */
  dropsRepeats: z.boolean(),
  /** File of certificates that the instance trusts besides the usual ones. */
  caFile: z.string().optional(),
  /** Time limit of a request, in milliseconds. */
  timeoutMs: z.number(),
});

/** How an instance is made. */
export type InstanceOptions = z.infer<typeof instanceOptionsSchema>;

/** What the parent tells an instance. */
export type ToInstance = { kind: 'card'; card: NumberedCard } | { kind: 'report' };

/** What an instance tells the parent. */
export type FromInstance =
  | { kind: 'ready' }
  | { kind: 'failed'; message: string }
  | { kind: 'stored'; messageId: string }
  | { kind: 'refused'; messageId: string; code: string }
  | { kind: 'settled'; messageId: string; outcome: string; durationMs: number }
  /** A request went out to the cards' path; wall clock in milliseconds. */
  | { kind: 'sent'; at: number }
  | ({ kind: 'report' } & InstanceReport);

/** What an instance has done. */
export interface InstanceReport {
  readonly cpuMs: number;
  readonly transactions: number;
  readonly writes: number;
}
