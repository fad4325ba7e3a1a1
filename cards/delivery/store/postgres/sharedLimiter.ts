import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { type RateLimitOptions, windowFor } from '../../rateLimit.ts';
import type { Database } from './database.ts';

/** How far the clocks of the instances may be apart, in seconds: windows are this much longer. */
const clockSlackSeconds = 1;

/** A hundredth of a window is taken at once, at most this: each taking is a commit. What is not used by its end is lost. */
const largestBlock = 64;

/** How long a request waits when the database cannot be asked, in milliseconds. */
const awayMs = 500;

/**
 * The rate limit that all instances share, for `RateLimit`: each window's points are in one row.
 *
 * While the database is away nothing may be sent: another instance may have used up the window, and no outcome could be
 * stored.
 *
 * @param now monotonic milliseconds; default `performance.now`
 */
export function createSharedLimiter(
  database: Database,
  perMinute: number,
  now: () => number = () => performance.now(),
): RateLimitOptions['limiter'] {
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
    // A window that is used up is not asked for again before its end.
    inMemoryBlockOnConsumed: points,
  });
  const block = Math.min(largestBlock, Math.max(1, Math.floor(points / 100)));
  let left = 0;
  let until = 0;
  let refill: Promise<void> | undefined;
  const take = async (key: string | number) => {
    const asked = now();
    const { msBeforeNext } = await limiter.consume(key, block);
    left = block;
    until = asked + msBeforeNext;
  };
  return {
    consume: async (key) => {
      while (left === 0 || now() >= until) {
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
      return new RateLimiterRes(left, until - now());
    },
  };
}
