import { hasLeft, isDead } from '../../cardSets.ts';
import type { DeliveryNumbers } from '../deliveryNumbers.ts';
import type { Database } from './database.ts';
import { schema } from './schema.ts';

/** Deliveries of this long count as lately, in milliseconds. */
const latelyMs = 5 * 60_000;
/** Rows that are read at most; beyond them the rates are those of the newest cards. */
const maxRows = 50_000;

/** Reads how deliveries stand, over all instances, from their database. */
export function postgresDeliveryNumbers(database: Database) {
  return async (): Promise<DeliveryNumbers> => {
    const [row] = await database.query(
      `WITH lately AS (
         SELECT state, settled_at - started_at AS ms FROM ${schema}.cards
         WHERE settled_at IS NOT NULL AND settled_at > (SELECT ${schema}.now_ms() - ${latelyMs}) AND NOT ${hasLeft}
         ORDER BY settled_at DESC LIMIT ${maxRows}
       ), waiting AS (
         SELECT count(*) AS depth, ${schema}.now_ms() - min(started_at) AS oldest_ms
         FROM ${schema}.cards WHERE state IN ('pending', 'sending')
       )
       SELECT depth, oldest_ms,
         (SELECT count(*) FROM ${schema}.cards WHERE ${isDead}) AS dead_letters,
         (SELECT avg((state = 'accepted')::int) FROM lately) AS success_rate,
         (SELECT percentile_disc(array[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ms) FROM lately) AS ms
       FROM waiting`,
    );
    const ms = Array.isArray(row?.ms) ? row.ms.map(Number) : [];
    return {
      depth: Number(row?.depth ?? 0),
      oldestMs: toNumber(row?.oldest_ms),
      deadLetters: Number(row?.dead_letters ?? 0),
      successRate: toNumber(row?.success_rate),
      p50Ms: ms[0] ?? null,
      p95Ms: ms[1] ?? null,
      p99Ms: ms[2] ?? null,
    };
  };
}

function toNumber(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
