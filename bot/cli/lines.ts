import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { z } from 'zod';
import { parseJson } from '../../cards/checks/plainJson.ts';
import { CodedError } from '../../cards/errors.ts';
import { withoutMark } from '../../cards/json.ts';
import { limits } from '../../cards/limits.ts';
import type { CommandContext } from './command.ts';

const { max } = limits.bodyBytes;

/** Reads a file piece by piece. @throws CodedError `file.unreadable`, also in the middle of the file */
export async function* readFile(name: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(name);
  } catch (error) {
    throw new CodedError('file.unreadable', `The file ${name} cannot be read.`, { cause: error });
  }
}

/** Reads JSON, called `what` in errors. @throws CodedError `card.limit` when it is too large, `card.schema` when it is not JSON */
export async function readJson(input: AsyncIterable<unknown>, what: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const data of input) {
    const chunk = toBuffer(data);
    bytes += chunk.length;
    if (bytes > max) throw createTooLargeError(what);
    chunks.push(chunk);
  }
  return parseJson(Buffer.concat(chunks));
}

/** Parses a line of JSON; undefined is a line that was too long. @throws CodedError as `readJson` does */
export function parseLine(line: string | undefined, what = 'line'): unknown {
  if (line === undefined) throw createTooLargeError(what);
  return parseJson(withoutMark(line));
}

function createTooLargeError(what: string): CodedError {
  return new CodedError('card.limit', `The ${what} is larger than ${max} bytes.`, { path: '$' });
}

const namedSchema = z.looseObject({ id: z.union([z.string().max(200), z.number()]) });

/**
 * Answers each line of standard input, a JSON object, by a line with the same `id`, or null if it has no valid one. A CodedError of
 * `answer` becomes an answer with the status `refused`.
 */
export async function answerLines(
  { stdin, stdout }: Pick<CommandContext, 'stdin' | 'stdout'>,
  answer: (request: unknown) => object,
  { what = 'line', skipsBlank = false }: { what?: string; skipsBlank?: boolean } = {},
): Promise<number> {
  for await (const line of readBoundedLines(stdin)) {
    if (skipsBlank && line?.trim() === '') continue;
    let id: string | number | null = null;
    let result: object;
    try {
      const request = parseLine(line, what);
      id = namedSchema.safeParse(request).data?.id ?? null;
      result = answer(request);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const { code, path = '$', message } = error;
      result = { status: 'refused', code, path, message };
    }
    await writeJson(stdout, { id, ...result });
  }
  return 0;
}

/** Writes a value as a line of JSON; waits for a slow reader. */
export async function writeJson(to: Writable, value: unknown): Promise<void> {
  if (!to.write(`${JSON.stringify(value)}\n`)) await once(to, 'drain');
}

function toBuffer(data: unknown): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(String(data));
}

/** Splits a stream into lines; a line of more than `maxBytes` (default `limits.bodyBytes`) is undefined. */
export async function* readBoundedLines(
  input: AsyncIterable<unknown>,
  maxBytes: number = max,
): AsyncGenerator<string | undefined> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const add = (part: Buffer): void => {
    bytes += part.length;
    if (bytes <= maxBytes) parts.push(part);
    else parts = [];
  };
  const take = (): string | undefined => {
    const line = bytes > maxBytes ? undefined : Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const data of input) {
    const chunk = toBuffer(data);
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (bytes > 0) yield take();
}
