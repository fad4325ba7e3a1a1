import type { ErrorCode } from '../errors.ts';
import type { HttpResult } from './http.ts';

/**
 * What an attempt means for its card.
 *
 * - `accepted`: Genesys took it.
 * - `rejected`: refused for good; another attempt would be refused, too.
 * - `forbidden`: refused with 403; the session endpoint shows whether the conversation ended or a permission is missing.
 * - `unauthorized`: the token was refused; one refresh, one more try.
 * - `tooFast`: 429; the whole client pauses.
 * - `unavailable`: not taken; try again.
 * - `unknown`: it may have been taken.
 */
export type FailureClass =
  | 'accepted'
  | 'rejected'
  | 'forbidden'
  | 'unauthorized'
  | 'tooFast'
  | 'unavailable'
  | 'unknown';

/**
 * Sorts what came of a POST into a class. Pure.
 *
 * A 2xx counts as accepted whatever its body holds: the document's code took a broken body for a failure and sent again.
 * 5xx counts as not taken, as the SDKs of Genesys retry it; 408 and 504 say that a server behind may have taken it.
 */
export function classify(result: HttpResult): FailureClass {
  if (result.kind === 'notSent') return 'unavailable';
  if (result.kind === 'noAnswer') return 'unknown';
  const { status } = result;
  if (status >= 200 && status < 300) return 'accepted';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 429) return 'tooFast';
  if (status === 408 || status === 504) return 'unknown';
  if (status >= 500 && status !== 501 && status !== 505) return 'unavailable';
  return 'rejected';
}

/** The error code that stands in the audit log and in telemetry for a class. */
export const classCodes: Record<Exclude<FailureClass, 'accepted'>, ErrorCode> = {
  rejected: 'genesys.rejected',
  forbidden: 'genesys.forbidden',
  unauthorized: 'genesys.unauthorized',
  tooFast: 'genesys.rateLimited',
  unavailable: 'genesys.unavailable',
  unknown: 'genesys.unknownOutcome',
};
