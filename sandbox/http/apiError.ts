import type { RuleNumber } from '../architect/rules.ts';

/** One entry of `details` in a Genesys error body: what is wrong with which field. */
export interface ErrorDetail {
  errorCode: string;
  fieldName: string;
}

/** A request that is refused: answered as a Genesys ErrorBody with this status and code. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[];
  readonly headers: Readonly<Record<string, string>>;
  readonly limit: object | undefined;
  /** The rule that the request broke; not part of the answer. */
  readonly rule: RuleNumber | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    more: {
      details?: readonly ErrorDetail[];
      headers?: Record<string, string>;
      limit?: object;
      rule?: RuleNumber;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = more.details ?? [];
    this.headers = more.headers ?? {};
    this.limit = more.limit;
    this.rule = more.rule;
  }
}

/** The body that Genesys answers an error with; `contextId` is the correlation id of the answer. */
export function createErrorBody(error: ApiError, contextId: string): object {
  return {
    message: error.message,
    code: error.code,
    status: error.status,
    messageWithParams: error.message,
    messageParams: {},
    contextId,
    details: error.details,
    errors: [],
    ...(error.limit === undefined ? {} : { limit: error.limit }),
  };
}
