import { z } from 'zod';
import { tryJson } from '../../cards/json.ts';

/** The words for a kind of trouble. */
interface TroubleWords {
  /** Its log lines: when it begins, and when it is over. */
  readonly begins: readonly [event: string, message: string];
  readonly ends: readonly [event: string, message: string];
  /** Failures in a row before the first line; a single one is common and passes by itself. Default 1. */
  readonly after?: number;
  /** Its line in `status`; default: `status` does not show it. */
  readonly status?: readonly [
    part: 'Genesys' | 'Store' | 'Webhook' | 'Bot',
    problem: string,
    remedy?: string,
  ];
}

/** The kinds of trouble, in the order of `status`. */
const words = {
  tokenRefused: {
    begins: [
      'token.refused',
      'The Genesys login host rejects the OAuth client; cards wait; check GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET',
    ],
    ends: ['token.received', 'The Genesys login host issues access tokens again'],
    status: ['Genesys', 'OAuth client rejected', 'check GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET'],
  },
  loginDown: {
    begins: ['token.unavailable', 'The Genesys login host issues no access token; cards wait'],
    ends: ['token.received', 'The Genesys login host issues access tokens again'],
    status: ['Genesys', 'no token', 'check GENESYS_REGION or GENESYS_LOGIN_URL, and the network'],
  },
  unauthorized: {
    begins: [
      'genesys.unauthorized',
      'Genesys rejects the access token; check the roles of the OAuth client and GENESYS_SCOPE',
    ],
    ends: ['genesys.authorized', 'Genesys accepts the access token again'],
    status: ['Genesys', 'token rejected', 'check the roles of the OAuth client and GENESYS_SCOPE'],
  },
  rateLimited: {
    begins: ['genesys.rateLimited', 'Genesys limits the request rate (429); cards wait'],
    ends: ['genesys.rateLimitOver', 'Genesys no longer limits the request rate: no 429 for a minute'],
    status: ['Genesys', 'rate limited'],
  },
  down: {
    begins: ['genesys.down', 'Genesys does not answer, or answers with errors; cards wait'],
    ends: ['genesys.up', 'Genesys answers again'],
    after: 3,
    status: ['Genesys', 'no answer'],
  },
  circuit: {
    begins: [
      'circuit.opened',
      'The circuit breaker opened: the outbox probes Genesys with one card every 2 seconds',
    ],
    ends: ['circuit.closed', 'The circuit breaker closed: the outbox sends all cards again'],
  },
  queue: {
    begins: ['queue.growing', 'Many cards wait in the queue'],
    ends: ['queue.drained', 'The queue is short again'],
  },
  database: {
    begins: ['store.away', 'The store is unavailable; turns fail until it is back'],
    ends: ['store.back', 'The store is available again'],
    status: ['Store', 'unavailable'],
  },
  webhook: {
    begins: ['analytics.refused', 'The analytics webhook does not accept events; they stay queued'],
    ends: ['analytics.taken', 'The analytics webhook accepts events again'],
    status: ['Webhook', 'does not accept events', 'check ANALYTICS_WEBHOOK_URL and its receiver'],
  },
  fault: {
    begins: ['delivery.failing', 'An error in this program fails cards; delivery.fault names its place'],
    ends: ['delivery.working', 'Genesys answers cards again after an error in this program'],
    after: 3,
    status: ['Bot', 'an error in this program fails cards', 'find delivery.fault in the log'],
  },
} as const satisfies Record<string, TroubleWords>;

/** A kind of trouble that deliveries can have. */
export type TroubleKind = keyof typeof words;

/** The words for each kind of trouble. */
export const troubleWords: Readonly<Record<TroubleKind, TroubleWords>> = words;

function isKind(value: unknown): value is TroubleKind {
  return typeof value === 'string' && Object.hasOwn(words, value);
}

const milliseconds = z.number().int();

const troubleSchema = z.object({
  kind: z.custom<TroubleKind>(isKind),
  /** Wall clock in milliseconds. */
  since: milliseconds,
  lastAt: milliseconds,
  /** Failures in a row; for a queue the cards that wait, for a webhook the events of the last try. */
  count: z.number().int(),
  isTold: z.boolean(),
  code: z.string().max(100).optional(),
  status: z.number().int().optional(),
  errno: z.string().max(100).optional(),
  nextTryAt: milliseconds.optional(),
});

const recordSchema = z.object({
  at: milliseconds,
  /** Of the bot's program. */
  version: z.string().max(100).optional(),
  lastAcceptedAt: milliseconds.nullable(),
  troubles: z.array(troubleSchema),
});

/** A trouble that is under way. */
export type Trouble = Readonly<z.infer<typeof troubleSchema>>;

/** The health of deliveries of one bot process, as the store keeps it. */
export type HealthRecord = Readonly<z.infer<typeof recordSchema>>;

/** A bot writes its record at least this often, in milliseconds. */
export const heartbeatMs = 30_000;

/** Reads the records of the processes; leaves out a record that is not valid, such as one of another version. */
export function readHealth(texts: readonly string[]): HealthRecord[] {
  return texts.flatMap((text) => recordSchema.safeParse(tryJson(text)).data ?? []);
}

/** The records of the running processes; the newest record of a bot that does not run. */
export function presentRecords(records: readonly HealthRecord[], now: number): readonly HealthRecord[] {
  const present = records.filter((record) => isPresent(record, now));
  return present.length > 0 ? present : records.slice(0, 1);
}

function isPresent({ at }: Pick<HealthRecord, 'at'>, now: number): boolean {
  return now - at <= 3 * heartbeatMs;
}

/**
 * Describes each trouble in a line, or that there is none: `Genesys: no answer for 2 min, last 503, next try in 1 s`.
 *
 * @param now wall clock in milliseconds
 */
export function describeHealth({ at, lastAcceptedAt, troubles }: HealthRecord, now: number): string[] {
  if (!isPresent({ at }, now)) return [`Bot: not running; last seen ${formatSpan(now - at)} ago`];
  // While the circuit breaker is open, it decides when Genesys is tried next.
  const circuitTryAt = troubles.find(({ kind }) => kind === 'circuit')?.nextTryAt ?? 0;
  const lines = Object.keys(words)
    .flatMap((kind) => troubles.find((one) => one.kind === kind) ?? [])
    .flatMap((trouble) => describeTrouble(trouble, trouble.kind === 'down' ? circuitTryAt : 0, now));
  if (lines.some((line) => line.startsWith('Genesys'))) return lines;
  const last =
    lastAcceptedAt === null
      ? 'no card was sent yet'
      : `last card accepted ${formatSpan(now - lastAcceptedAt)} ago`;
  return [`Genesys: no problem, ${last}`, ...lines];
}

function describeTrouble(
  { kind, since, status, errno, code, nextTryAt = 0 }: Trouble,
  otherTryAt: number,
  now: number,
): string[] {
  const shown = troubleWords[kind].status;
  if (shown === undefined) return [];
  const [part, problem, remedy] = shown;
  const at = Math.max(nextTryAt, otherTryAt);
  const nextTry = at === 0 ? '' : `, next try ${at <= now ? 'now' : `in ${formatSpan(at - now)}`}`;
  const last = status ?? errno ?? code ?? 'no answer';
  const advice = remedy === undefined ? '' : `; ${remedy}`;
  return [`${part}: ${problem} for ${formatSpan(now - since)}, last ${last}${nextTry}${advice}`];
}

/** A length of time in its largest unit. */
function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}
