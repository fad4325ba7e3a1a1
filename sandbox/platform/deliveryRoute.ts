import { ApiError } from '../http/apiError.ts';
import type { Call } from '../http/call.ts';
import type { Fault } from './faults.ts';
import { type Platform, pause } from './platform.ts';
import type { Token } from './tokens.ts';

function countAgainstLimit(platform: Platform, call: Call, token: Token): void {
  const state = platform.tokens.count(token, platform.faults.settings.requestsPerMinute);
  const reset = Math.ceil(state.resetMs / 1000);
  call.headers['inin-ratelimit-count'] = String(state.count);
  call.headers['inin-ratelimit-allowed'] = String(state.limit);
  call.headers['inin-ratelimit-reset'] = String(reset);
  if (!state.allowed) throw createTooManyRequests(platform, reset, state.limit);
}

function createTooManyRequests(platform: Platform, seconds: number, limit: number): ApiError {
  return new ApiError(
    429,
    'too.many.requests.retry.after',
    `Rate limit exceeded the maximum. Retry the request in [${seconds}] seconds`,
    {
      headers: { 'Retry-After': platform.faults.retryAfter(platform.now(), seconds) },
      limit: { key: 'client.credentials.token.rate.per.minute', namespace: 'platform.api', value: limit },
    },
  );
}

/** Plays the faults that hit before anything is taken; true when the connection was cut. */
function failBefore(platform: Platform, call: Call, fault: Fault | undefined): boolean {
  const { settings } = platform.faults;
  if (fault === 'rate401') throw new ApiError(401, 'bad.credentials', 'The token is not known');
  if (fault === 'rate429') {
    throw createTooManyRequests(platform, settings.retryAfterSeconds, settings.requestsPerMinute ?? 300);
  }
  if (fault === 'rate5xx') {
    const status = platform.faults.serverError();
    throw status === 500
      ? new ApiError(500, 'internal.server.error', 'The server could not handle the request')
      : new ApiError(503, 'service.unavailable', 'The service is not available');
  }
  if (fault !== 'rateReset') return false;
  call.reset();
  return true;
}

/**
 * A route that bots deliver to: a valid token, the rate limit and the faults around `take`, which checks and keeps what
 * was sent and gives the body of the 200 answer.
 */
export async function deliver(
  platform: Platform,
  call: Call,
  take: (token: Token) => Promise<object>,
): Promise<void> {
  const token = platform.tokens.of(call);
  countAgainstLimit(platform, call, token);
  const { latencyMs, slowMs } = platform.faults.settings;
  const fault = platform.faults.draw();
  if (fault) platform.stats.faultPlayed(fault);
  if (latencyMs > 0) await pause(latencyMs);
  if (failBefore(platform, call, fault)) return;

  const answer = await take(token);
  if (fault === 'rateAmbiguous') return call.reset();
  if (fault === 'rateSlow') await pause(slowMs);
  if (fault === 'rateBroken') return call.send(200, '{"id": ', 'application/json');
  call.answer(200, answer);
}
