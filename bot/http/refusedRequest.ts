import type { CodedError } from '../../cards/errors.ts';

/** What helps the caller of a refused request. */
export interface RefusalDetails {
  /** A code of docs/errors.md; default: `request.` and the status. */
  readonly code?: string;
  /** JSON path in the body, or `query:` or `header:` and a name. */
  readonly path?: string | undefined;
  readonly hint?: string | undefined;
  /** Seconds after which the caller may try again. */
  readonly retryAfter?: number | undefined;
  /** The credential that a 401 asks for; default `Bearer`. */
  readonly challenge?: string | undefined;
}

/** A request that is refused. Its message is one sentence without any value of the request. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly status: number;
  readonly code: string;
  readonly details: Omit<RefusalDetails, 'code'>;

  constructor(
    status: number,
    message: string,
    { code = `request.${status}`, ...details }: RefusalDetails = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** What an error of ours says besides its message. */
export function detailsOf({ code, path, hint }: CodedError): RefusalDetails {
  return { code, path, hint };
}
