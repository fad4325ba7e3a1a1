import type { IncomingMessage } from 'node:http';
import { ApiError } from './apiError.ts';

/** Reads a whole request body as text; more than `limit` bytes is a 413. */
export async function readBody(req: IncomingMessage, limit: number): Promise<string> {
  return (await readBytes(req, limit)).toString('utf8');
}

/** Reads a whole request body; more than `limit` bytes is a 413. */
export function readBytes(req: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const refuse = () =>
      reject(new ApiError(413, 'request.too.large', `The body is larger than ${limit} bytes`));
    if (Number(req.headers['content-length'] ?? 0) > limit) return refuse();
    const chunks: Buffer[] = [];
    let size = 0;
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        refuse();
      }
    });
    req.on('end', () => resolve(Buffer.concat(chunks)));
    req.on('error', reject);
    req.on('close', () => reject(new ApiError(400, 'bad.request', 'The request was cut off')));
  });
}

/** The deepest nesting of lists and objects that any JSON body may have. */
const deepestJson = 40;

function isTooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (isTooDeep(inner, levels - 1)) return true;
  return false;
}

/** Reads a JSON body; an empty one is `{}`. Wrong content type is a 415, broken or too deep JSON a 400. */
export async function readJson(req: IncomingMessage, limit: number): Promise<unknown> {
  const text = await readBody(req, limit);
  if (text === '') return {};
  const isEncoded = !/^(identity)?$/i.test(req.headers['content-encoding'] ?? '');
  if (isEncoded || !/^application\/json\b/i.test(req.headers['content-type'] ?? '')) {
    throw new ApiError(415, 'unsupported.media.type', 'Send the body as application/json, not encoded');
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\u{FEFF}/u, ''));
  } catch {
    throw new ApiError(400, 'bad.request', 'The body is not JSON');
  }
  if (isTooDeep(value, deepestJson)) throw new ApiError(400, 'bad.request', 'The body is nested too deeply');
  return value;
}
