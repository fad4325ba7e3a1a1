import type { Response } from 'restify';
import { CodedError, type ErrorCode } from '../../cards/errors.ts';
import { RefusedRequest } from '../http/readJsonBody.ts';
import { errorFields } from '../log/errorFields.ts';
import type { Log } from '../log/log.ts';

/** Why a request was refused, as RFC 9457 tells it: a code, where in the request, and what to do. */
export interface Problem {
  readonly status: number;
  /** A code of docs/errors.md, or `request.` and the status. */
  readonly code: string;
  /** One sentence without any value of the request. */
  readonly detail: string;
  readonly path?: string | undefined;
  readonly hint?: string | undefined;
  /** Seconds after which the caller may try again. */
  readonly retryAfter?: number | undefined;
  /** The credential that a 401 asks for; default `Bearer`. */
  readonly challenge?: string | undefined;
}

/** A request that is refused; its message is the problem's detail. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Statuses of our own errors; all other `card.*` and `template.*` are 422: the request is read, and its card is not possible. */
const statuses: Partial<Record<ErrorCode, number>> = {
  'card.schema': 400,
  'store.conflict': 409,
  'genesys.noSession': 409,
  'store.tooLarge': 413,
};

/** The problem that an error is to the caller; undefined for an error of this program. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof RequestProblem) return error.problem;
  if (error instanceof RefusedRequest) {
    const { status, code, message: detail, path } = error;
    return { status, code, detail, path };
  }
  if (!(error instanceof CodedError)) return undefined;
  const { code, message: detail, path, hint } = error;
  if (/^(card|template)\./.test(code)) return { status: statuses[code] ?? 422, code, detail, path, hint };
  const status = statuses[code] ?? 503;
  return { status, code, detail, path, hint, ...(status === 503 ? { retryAfter: 5 } : {}) };
}

/** The problem that any error is to the caller; an error of this program is logged, and is 500 without a reason. */
export function toProblem(error: unknown, log: Log): Problem {
  const problem = problemOf(error);
  if (problem !== undefined) return problem;
  log.error({ event: 'request.failed', error, ...errorFields(error) }, 'Request failed');
  return { status: 500, code: 'request.failed', detail: 'The request failed.' };
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Credential missing or wrong',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Card not possible',
  429: 'Too many requests',
  500: 'Failed',
  503: 'Unavailable',
};

/** Answers with a problem document. */
export function sendProblem(response: Response, problem: Problem): void {
  const { status, code, detail, path, hint, retryAfter, challenge = 'Bearer' } = problem;
  if (response.headersSent) return;
  const document = {
    type: `urn:genesys-card-bot:${code}`,
    title: titles[status],
    status,
    detail,
    code,
    path,
    hint,
  };
  response.sendRaw(status, JSON.stringify(document), {
    'content-type': 'application/problem+json',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(status === 401 ? { 'www-authenticate': challenge } : {}),
  });
}

/** True for the paths whose refusals are problem documents. */
export function tellsProblems(url: string | undefined): boolean {
  return /^\/(?:api\/cards|ops)(?:[/?]|$)/.test(url ?? '');
}
