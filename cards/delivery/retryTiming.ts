/** The limits of retries. */
export interface RetryPolicy {
  /** First back-off, in milliseconds; it doubles with each attempt. */
  readonly baseMs: number;
  /** Longest back-off of our own. */
  readonly maxMs: number;
  /** Longest wait that a server's Retry-After may ask for. */
  readonly maxRetryAfterMs: number;
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  /** Life of a card from when it was stored; after it the card is a dead letter. */
  readonly totalMs: number;
}

/** The bounds of Svix and the Azure SDK, shortened to a chat's patience: 8 attempts within 15 minutes. */
export const defaultRetryPolicy: RetryPolicy = {
  baseMs: 500,
  maxMs: 60_000,
  maxRetryAfterMs: 300_000,
  maxAttempts: 8,
  totalMs: 15 * 60_000,
};

/**
 * Returns the wait before attempt `attempt` + 1 in milliseconds: full jitter, uniform in [0, min(max, base * 2^(attempt-1))).
 *
 * @param attempt attempts made so far, from 1
 * @param random uniform in [0, 1)
 */
export function chooseBackoffMs(attempt: number, policy: RetryPolicy, random: () => number): number {
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(attempt - 1, 30));
  return random() * ceiling;
}

/**
 * Reads a Retry-After header, seconds or an HTTP date, as milliseconds. Undefined for a bad, negative or missing value; capped.
 *
 * @param now wall clock in milliseconds, against which a date is read
 */
export function retryAfterMs(header: string | null, now: number, policy: RetryPolicy): number | undefined {
  if (header === null) return undefined;
  // Two headers arrive joined by a comma; a date holds one comma, so only a list of numbers is split.
  const values = /^[\d\s,.]+$/.test(header) ? header.split(',') : [header];
  const waits = values.map((value) => readRetryAfter(value.trim(), now)).filter((wait) => wait !== undefined);
  return waits.length === 0 ? undefined : Math.min(Math.max(...waits), policy.maxRetryAfterMs);
}

function readRetryAfter(value: string, now: number): number | undefined {
  if (/^\d{1,10}(\.\d{1,3})?$/.test(value)) return Number(value) * 1_000;
  if (!/^[A-Za-z]{3}, \d{2} [A-Za-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value)) return undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The wait before the next attempt: never earlier than the server asked, never shorter than our own back-off. */
export function waitMs(
  attempt: number,
  retryAfter: number | undefined,
  policy: RetryPolicy,
  random: () => number,
): number {
  return Math.max(retryAfter ?? 0, chooseBackoffMs(attempt, policy, random));
}
