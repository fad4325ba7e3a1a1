import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { type RateLimitOptions, windowFor } from '../../rateLimit.ts';
import type { Database } from './database.ts';

/** How far the clocks of two instances may differ, in seconds: windows are this much longer. */
const clockSlackSeconds = 1;

/** An instance takes a hundredth of a window's points in one commit, at most this many. Points that it does not use expire with the window. */
const largestBlock = 64;

/** How long a request waits when the database is away, in milliseconds. */
const awayMs = 500;

/**
 * The rate limit that all instances share, for `RateLimit`: each window's points are in one row.
 *
 * While the database is away nothing may be sent: another instance may have used up the window, and no outcome could be
 * stored.
 */
export function createSharedLimiter(database: Database, perMinute: number): RateLimitOptions['limiter'] {
  const { points, seconds } = windowFor(perMinute);
  const limiter = new RateLimiterPostgres({
    storeClient: {
      query: async ({ text, values }: { text: string; values: unknown[] }) => ({
        rows: await database.query(text, values),
      }),
    },
    storeType: 'client',
    schemaName: database.schema,
    tableName: 'rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: '',
    points,
    duration: seconds + clockSlackSeconds,
    // Asks the database only once about a window that is used up.
    inMemoryBlockOnConsumed: points,
  });
  const block = Math.min(largestBlock, Math.max(1, Math.floor(points / 100)));
  let left = 0;
  let until = 0;
  let refill: Promise<void> | undefined;
  const take = async (key: string | number) => {
    const began = performance.now();
    const { msBeforeNext } = await limiter.consume(key, block);
    left = block;
    until = began + msBeforeNext;
  };
  return {
    consume: async (key) => {
      while (left === 0 || performance.now() >= until) {
        refill ??= take(key).finally(() => {
          refill = undefined;
        });
        try {
          await refill;
        } catch (refused) {
          throw refused instanceof RateLimiterRes ? refused : new RateLimiterRes(0, awayMs);
        }
      }
      left -= 1;
      return new RateLimiterRes(left, until - performance.now());
    },
  };
}
