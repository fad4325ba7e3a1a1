import { z } from 'zod';
import { tryJson } from '../../cards/json.ts';

/** The kinds of trouble that deliveries can have. */
const troubleKinds = [
  'down',
  'rateLimited',
  'unauthorized',
  'tokenRefused',
  'loginDown',
  'circuit',
  'queue',
  'database',
  'webhook',
  'fault',
] as const;

/** A kind of trouble. */
export type TroubleKind = (typeof troubleKinds)[number];

const milliseconds = z.number().int();

const troubleSchema = z.object({
  kind: z.enum(troubleKinds),
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

function isPresent({ at }: HealthRecord, now: number): boolean {
  return now - at <= 3 * heartbeatMs;
}

/** The words for a trouble, and the kinds whose next try counts as its own. */
type TroubleWords = readonly [TroubleKind, words: string, ...others: TroubleKind[]];

const ofGenesys: readonly TroubleWords[] = [
  ['tokenRefused', 'Genesys: OAuth client rejected'],
  ['loginDown', 'Genesys: no token'],
  ['unauthorized', 'Genesys: token rejected'],
  ['rateLimited', 'Genesys: rate limited'],
  ['down', 'Genesys: no answer', 'circuit'],
];
const ofOthers: readonly TroubleWords[] = [
  ['database', 'Store: unavailable'],
  ['webhook', 'Webhook: does not accept events'],
  ['fault', 'Bot: an error in this program fails cards'],
];

/**
 * Describes each trouble in a line, or that there is none: `Genesys: no answer for 2 min, last 503, next try in 1 s`.
 *
 * @param now wall clock in milliseconds
 */
export function describeHealth(record: HealthRecord, now: number): string[] {
  const age = now - record.at;
  if (!isPresent(record, now)) return [`Bot: not running; last seen ${formatSpan(age)} ago`];
  const find = (kind: TroubleKind) => record.troubles.find((one) => one.kind === kind);
  const describe = ([kind, what, ...others]: TroubleWords): string[] => {
    const trouble = find(kind);
    if (trouble === undefined) return [];
    const { since, status, errno, code } = trouble;
    const last = status ?? errno ?? code ?? 'no answer';
    const at = Math.max(...[kind, ...others].map((one) => find(one)?.nextTryAt ?? 0));
    const nextTry = at === 0 ? '' : `, next try ${at <= now ? 'now' : `in ${formatSpan(at - now)}`}`;
    return [`${what} for ${formatSpan(now - since)}, last ${last}${nextTry}`];
  };
  const genesys = ofGenesys.flatMap(describe);
  if (genesys.length === 0) {
    const { lastAcceptedAt: at } = record;
    const when = at === null ? 'no card was sent yet' : `last card accepted ${formatSpan(now - at)} ago`;
    genesys.push(`Genesys: no problem, ${when}`);
  }
  return [...genesys, ...ofOthers.flatMap(describe)];
}

/** A length of time in its largest unit. */
function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}
