import type { IncomingHttpHeaders } from 'node:http';
import { parseJson } from '../../cards/checks/plainJson.ts';
import { CodedError, codeOf, type ErrorCode } from '../../cards/errors.ts';
import { withoutMark } from '../../cards/json.ts';
import { limits } from '../../cards/limits.ts';
import { RefusedRequest } from './refusal.ts';

/**
 * Reads a JSON body of at most `limits.bodyBytes`.
 *
 * Not restify's own body parser: that one unpacks gzip beyond its limit and writes uploads to disk before any check.
 *
 * @param invalidCode code of what is not JSON; default `activity.invalid`
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

/** Chunks of a body at most: a network gives hundreds, and each one of a single byte costs as much as a large one. */
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
