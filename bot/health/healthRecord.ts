import { z } from 'zod';
import { tryJson } from '../../cards/json.ts';

/** What can be wrong with deliveries. */
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
] as const;

/** One of them. */
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

/** How deliveries of one bot process stand, as it keeps it in the store. */
export type HealthRecord = Readonly<z.infer<typeof recordSchema>>;

/** A bot writes its record at least this often, in milliseconds. */
export const heartbeatMs = 30_000;

/** Reads the records that the processes keep; one that cannot be read, say of another version, counts as none. */
export function readHealth(texts: readonly string[]): HealthRecord[] {
  return texts.flatMap((text) => recordSchema.safeParse(tryJson(text)).data ?? []);
}

/** The records of the processes that run; of a bot that does not, the newest one. */
export function presentRecords(records: readonly HealthRecord[], now: number): readonly HealthRecord[] {
  const present = records.filter((record) => isPresent(record, now));
  return present.length > 0 ? present : records.slice(0, 1);
}

function isPresent({ at }: HealthRecord, now: number): boolean {
  return now - at <= 3 * heartbeatMs;
}

/**
 * Says in a line each what is wrong, or that nothing is: `Genesys: no answer for 2 min, last 503, next try in 1 s`.
 *
 * @param now wall clock in milliseconds
 */
export function describeHealth(record: HealthRecord, now: number): string[] {
  const age = now - record.at;
  if (!isPresent(record, now)) return [`Bot: not running; last heard of ${span(age)} ago`];
  const of = (kind: TroubleKind) => record.troubles.find((one) => one.kind === kind);
  const nextTry = (...kinds: TroubleKind[]) => {
    const times = kinds.map((kind) => of(kind)?.nextTryAt ?? 0);
    const at = Math.max(...times);
    return at === 0 ? '' : `, next try ${at <= now ? 'now' : `in ${span(at - now)}`}`;
  };
  const lines: string[] = [];
  const say = (kind: TroubleKind, write: (trouble: Trouble, lasts: string) => string) => {
    const trouble = of(kind);
    if (trouble !== undefined) lines.push(write(trouble, span(now - trouble.since)));
  };
  const last = ({ status, errno, code }: Trouble) => `, last ${status ?? errno ?? code ?? 'no answer'}`;
  say(
    'tokenRefused',
    (one, lasts) => `Genesys: OAuth client refused for ${lasts}${last(one)}${nextTry('tokenRefused')}`,
  );
  say('loginDown', (one, lasts) => `Genesys: no token for ${lasts}${last(one)}${nextTry('loginDown')}`);
  say(
    'unauthorized',
    (one, lasts) => `Genesys: token refused for ${lasts}${last(one)}${nextTry('unauthorized')}`,
  );
  say(
    'rateLimited',
    (one, lasts) => `Genesys: rate limited for ${lasts}${last(one)}${nextTry('rateLimited')}`,
  );
  say('down', (one, lasts) => `Genesys: no answer for ${lasts}${last(one)}${nextTry('down', 'circuit')}`);
  if (lines.length === 0) {
    const { lastAcceptedAt } = record;
    const when =
      lastAcceptedAt === null
        ? 'no card was sent yet'
        : `last card accepted ${span(now - lastAcceptedAt)} ago`;
    lines.push(`Genesys: no trouble, ${when}`);
  }
  say('database', (one, lasts) => `Store: away for ${lasts}${last(one)}`);
  say('webhook', (one, lasts) => `Webhook: refuses events for ${lasts}${last(one)}${nextTry('webhook')}`);
  return lines;
}

/** A length of time in its largest unit. */
function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}
