import { hasLeft, isDead, isUnderWay, type Tables } from '../cardSets.ts';

/** Figures of the deliveries at one moment; null where there is none. */
export interface DeliveryNumbers {
  /** Cards that wait or are on the wire. */
  readonly depth: number;
  /** Age of the oldest of them, in milliseconds. */
  readonly oldestMs: number | null;
  readonly deadLetters: number;
  /** Of the cards with an outcome in the last five minutes: 0 to 1. */
  readonly successRate: number | null;
  /** From being stored to the outcome, in milliseconds. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** The rates are those of this time up to now, in milliseconds. */
const ratesOfMs = 5 * 60_000;
/** Most rows that are read: they hold up the one thread of a bot on SQLite for a few milliseconds only. */
const maxRows = 5_000;
const maxCounted = 100_000;

/**
 * Reads the figures of deliveries by the partial indexes. Beyond the bounds the counts stay at the bound, and the rates are those
 * of the newest cards.
 */
export async function readDeliveryNumbers({ prefix, nowMs, query }: Tables): Promise<DeliveryNumbers> {
  const cards = `${prefix}cards`;
  const now = `(SELECT ${nowMs()})`;
  const [counts] = await query(
    `SELECT count(*) AS depth, ${now} - min(started_at) AS oldest_ms,
       (SELECT count(*) FROM (SELECT 1 FROM ${cards} WHERE ${isDead} LIMIT ${maxCounted}) AS dead) AS dead_letters
     FROM (SELECT started_at FROM ${cards} WHERE ${isUnderWay} LIMIT ${maxCounted}) AS waiting`,
  );
  const settled = await query(
    `SELECT state, settled_at - started_at AS ms FROM ${cards}
     WHERE settled_at IS NOT NULL AND settled_at > ${now} - ${ratesOfMs} AND NOT ${hasLeft}
     ORDER BY settled_at DESC LIMIT ${maxRows}`,
  );
  const times = settled.map(({ ms }) => Number(ms)).sort((a, b) => a - b);
  const accepted = settled.filter(({ state }) => state === 'accepted').length;
  const percentile = (share: number) => times[Math.ceil(times.length * share) - 1] ?? null;
  const oldestMs = counts?.oldest_ms ?? null;
  return {
    depth: Number(counts?.depth),
    oldestMs: oldestMs === null ? null : Math.max(0, Number(oldestMs)),
    deadLetters: Number(counts?.dead_letters),
    successRate: settled.length === 0 ? null : accepted / settled.length,
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
  };
}
