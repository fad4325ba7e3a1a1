import type { IncomingHttpHeaders } from 'node:http';
import type { Request, Response } from 'restify';
import { parseJson } from '../../cards/checks/plainJson.ts';
import { CodedError, codeOf, type ErrorCode } from '../../cards/errors.ts';
import { withoutMark } from '../../cards/json.ts';
import { limits } from '../../cards/limits.ts';
import { readErrorFields } from '../log/errorFields.ts';
import type { Log } from '../log/log.ts';

/** Details for the caller of a refused request. */
interface RefusalDetails {
  /** A code of docs/errors.md; default: `request.` and the status. */
  readonly code?: string;
  /** JSON path in the body, or `query:` or `header:` and a name. */
  readonly path?: string | undefined;
  readonly hint?: string | undefined;
  /** Seconds after which the caller may retry. */
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

/** The details of a CodedError. */
export function detailsOf({ code, path, hint }: CodedError): RefusalDetails {
  return { code, path, hint };
}

/** Statuses of CodedErrors. Other `card.*` and `template.*` are 422: the request is valid, and its card is not possible. */
const statuses: Partial<Record<ErrorCode, number>> = {
  'card.schema': 400,
  'store.conflict': 409,
  'genesys.noSession': 409,
  'store.tooLarge': 413,
};

/** Turns an error into a refusal. Reports an error of this program, and refuses with 500 without a reason. */
export function refusalOf(error: unknown, report: (error: unknown) => void): RefusedRequest {
  if (error instanceof RefusedRequest) return error;
  if (error instanceof CodedError) {
    const isOfCard = /^(card|template)\./.test(error.code);
    const status = statuses[error.code] ?? (isOfCard ? 422 : 503);
    const retryAfter = status === 503 ? 5 : undefined;
    return new RefusedRequest(status, error.message, { ...detailsOf(error), retryAfter });
  }
  report(error);
  return createFailure();
}

/** The refusal of a request that failed by an error of this program: it has no reason for the caller. */
export function createFailure(): RefusedRequest {
  return new RefusedRequest(500, 'The request failed.', { code: 'request.failed' });
}

/** Logs an error of this program that failed a request. */
export function logFailure(log: Log, error: unknown): void {
  log.error({ event: 'request.failed', error, ...readErrorFields(error) }, 'Request failed');
}

/** Wraps the handler of a route: answers its errors with problem documents, logs those of this program, and calls `onRefused`. */
export function answerProblems(
  log: Log,
  handle: (request: Request, response: Response) => Promise<void>,
  onRefused: (refused: RefusedRequest, request: Request) => void,
): (request: Request, response: Response) => Promise<void> {
  const report = (error: unknown) => logFailure(log, error);
  return async (request, response) => {
    try {
      await handle(request, response);
    } catch (error) {
      const refused = refusalOf(error, report);
      onRefused(refused, request);
      if (request.method === 'POST' && request.readableEnded !== true) closeAfterAnswer(request, response);
      sendProblem(response, refused);
    }
  };
}

/** Closes the connection after the answer: the rest of the request's body is not read, so it cannot be used again. */
export function closeAfterAnswer(
  request: { destroy(): unknown },
  response: {
    setHeader(name: string, value: string): unknown;
    once(event: 'finish', listener: () => void): unknown;
  },
): void {
  response.setHeader('connection', 'close');
  response.once('finish', () => request.destroy());
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

/** Answers with a problem document (RFC 9457). */
export function sendProblem(response: Response, refused: RefusedRequest): void {
  const { status, code, message: detail, details } = refused;
  const { retryAfter, challenge = 'Bearer', path, hint } = details;
  if (response.headersSent) return;
  const type = `urn:genesys-card-bot:${code}`;
  const document = { type, title: titles[status], status, detail, code, path, hint };
  response.sendRaw(status, JSON.stringify(document), {
    'content-type': 'application/problem+json',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(status === 401 ? { 'www-authenticate': challenge } : {}),
  });
}

/** True for the paths whose refusals are problem documents. */
export function hasProblemDocuments(url: string | undefined): boolean {
  return /^\/(?:api\/cards|ops)(?:[/?]|$)/.test(url ?? '');
}

/**
 * Reads a JSON body of at most `limits.bodyBytes`.
 *
 * Not restify's own body parser: that one unpacks gzip beyond its limit and writes uploads to disk before any check.
 *
 * @param invalidCode code of the error for a body that is not JSON; default `activity.invalid`
 * @throws RefusedRequest 415 for another content type or an encoded body, 413 when too large, 400 when not JSON
 */
export async function readJsonBody(
  request: { headers: IncomingHttpHeaders } & AsyncIterable<unknown>,
  invalidCode: ErrorCode = 'activity.invalid',
): Promise<unknown> {
  const { max } = limits.bodyBytes;
  const type = request.headers['content-type'] ?? '';
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  if (!/^application\/json\s*(;|$)/i.test(type) || encoding.trim().toLowerCase() !== 'identity') {
    throw new RefusedRequest(415, 'The body must be application/json without a content encoding.', {
      code: 'request.notJson',
    });
  }
  const tooLarge = () => refuseSize(`The body is larger than ${max} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > max) throw tooLarge();
  const bytes = await readBytes(request, max, tooLarge);
  try {
    return parseJson(withoutMark(bytes.toString('utf8')), invalidCode);
  } catch (error) {
    const message = error instanceof CodedError ? error.message : 'The body is not JSON.';
    throw new RefusedRequest(400, message, { code: codeOf(error) ?? 'request.notJson', path: '$' });
  }
}

function refuseSize(message: string): RefusedRequest {
  return new RefusedRequest(413, message, { code: 'request.tooLarge' });
}

/** Most chunks of a body. A network makes hundreds; a chunk of one byte costs as much as a large one. */
const maxChunks = 10_000;

async function readBytes(
  request: AsyncIterable<unknown>,
  max: number,
  tooLarge: () => Error,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      if (!(chunk instanceof Uint8Array)) continue;
      size += chunk.length;
      if (size > max) throw tooLarge();
      if (chunks.length === maxChunks) throw refuseSize(`The body has more than ${maxChunks} chunks.`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RefusedRequest) throw error;
    throw new RefusedRequest(400, 'The request ended early.', { code: 'request.broken' });
  }
  return Buffer.concat(chunks);
}
