import type { DatabaseSync } from 'node:sqlite';
import { hasLeft, isDead } from '../../cardSets.ts';
import type { DeliveryNumbers } from '../deliveryNumbers.ts';

/** Deliveries of this long count as lately, in milliseconds. */
const latelyMs = 5 * 60_000;
/** Rows that are read at most, so that the bot's one thread is held up for a few milliseconds only. */
const maxRows = 5_000;
const maxCounted = 100_000;

/**
 * Reads how deliveries stand from the bot's own SQLite store, by its partial indexes. Beyond the bounds the counts stay at
 * the bound, and the rates are those of the newest cards.
 */
export function sqliteDeliveryNumbers(db: DatabaseSync, now: () => number = Date.now) {
  const waiting = db.prepare(
    `SELECT count(*) AS depth, min(started_at) AS oldest
     FROM (SELECT started_at FROM cards WHERE state IN ('pending', 'sending') LIMIT ${maxCounted})`,
  );
  const dead = db.prepare(
    `SELECT count(*) AS n FROM (SELECT 1 FROM cards WHERE ${isDead} LIMIT ${maxCounted})`,
  );
  const settled = db.prepare(
    `SELECT state = 'accepted' AS accepted, settled_at - started_at AS ms FROM cards
     WHERE settled_at IS NOT NULL AND settled_at > ? AND NOT ${hasLeft} ORDER BY settled_at DESC LIMIT ${maxRows}`,
  );
  return async (): Promise<DeliveryNumbers> => {
    const at = now();
    const { depth, oldest } = { depth: 0, oldest: null, ...waiting.get() };
    const rows = settled.all(at - latelyMs);
    const times = rows.map(({ ms }) => Number(ms)).sort((a, b) => a - b);
    const accepted = rows.filter((row) => row.accepted === 1).length;
    const percentile = (share: number) => times[Math.ceil(times.length * share) - 1] ?? null;
    return {
      depth: Number(depth),
      oldestMs: oldest === null ? null : Math.max(0, at - Number(oldest)),
      deadLetters: Number(dead.get()?.n ?? 0),
      successRate: rows.length === 0 ? null : accepted / rows.length,
      p50Ms: percentile(0.5),
      p95Ms: percentile(0.95),
      p99Ms: percentile(0.99),
    };
  };
}
