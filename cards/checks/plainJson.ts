import type { Json } from '../card.ts';
import { CodedError, type DocumentRoot, type ErrorCode, writeJsonPath } from '../errors.ts';
import { limits } from '../limits.ts';

/**
 * Copies any JavaScript value into plain JSON, reading it once, so that the checked value is the sent one.
 *
 * Bounded by `limits.nesting`, `limits.nodes` and `limits.bodyBytes` (characters), so cycles, shared nodes and floods end
 * early. Undefined properties are left out, as in JSON; getters and proxies are read once.
 *
 * @param adapt changes each value before it is read; default: none
 * @throws CodedError `card.limit` over a bound; `invalidCode` (default `card.schema`) for values that JSON cannot hold:
 * functions, dates, class instances, NaN, bigint, symbols, and the keys `__proto__`, `constructor`, `prototype`.
 */
export function copyPlainly(
  input: unknown,
  invalidCode: ErrorCode = 'card.schema',
  root: DocumentRoot = '$',
  adapt: (value: unknown) => unknown = (value) => value,
): Json {
  const reading = new Reading(invalidCode, root, adapt);
  try {
    return reading.read(input, 0);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw reading.invalid('A value cannot be read', error);
  }
}

/** One reading of a value: its counts so far, and the present place. */
class Reading {
  readonly #invalidCode: ErrorCode;
  readonly #root: DocumentRoot;
  readonly #adapt: (value: unknown) => unknown;
  /** The keys and indexes that lead to the present value; only the first `#depth` of them are valid. */
  readonly #keys: (string | number)[] = [];
  #depth = 0;
  #nodes = 0;
  #characters = 0;

  constructor(invalidCode: ErrorCode, root: DocumentRoot, adapt: (value: unknown) => unknown) {
    this.#invalidCode = invalidCode;
    this.#root = root;
    this.#adapt = adapt;
  }

  read(given: unknown, depth: number): Json {
    this.#depth = depth;
    const value = this.#adapt(given);
    this.#nodes += 1;
    if (this.#nodes > limits.nodes.max) throw this.#over('nodes');
    switch (typeof value) {
      case 'string':
        return this.#readText(value);
      case 'boolean':
        return value;
      case 'number':
        if (!Number.isFinite(value)) throw this.invalid('A number is not finite');
        return value;
      case 'object':
        if (value === null) return null;
        if (depth >= limits.nesting.max) throw this.#over('nesting');
        return Array.isArray(value) ? this.#readList(value, depth) : this.#readObject(value, depth);
      default:
        throw this.invalid(`A value is of type ${typeof value}, which JSON cannot hold`);
    }
  }

  invalid(what: string, cause?: unknown): CodedError {
    return new CodedError(this.#invalidCode, `${what}.`, { path: this.#path(), cause });
  }

  #readText(text: string): string {
    this.#characters += text.length;
    if (this.#characters > limits.bodyBytes.max) throw this.#over('bodyBytes');
    return text;
  }

  #readList(list: readonly unknown[], depth: number): Json[] {
    const copy: Json[] = [];
    for (let i = 0; i < list.length; i += 1) {
      this.#keys[depth] = i;
      copy.push(this.read(list[i], depth + 1));
    }
    return copy;
  }

  #readObject(object: object, depth: number): Json {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null)
      throw this.invalid('An object is not a plain object');
    if (Object.keys(object).length > limits.nodes.max) throw this.#over('nodes');
    // A spread reads each property once, and is several times faster than copying one after the other.
    const copy: Record<string, unknown> = { ...object };
    for (const key of Object.keys(copy)) {
      this.#keys[depth] = key;
      this.#depth = depth + 1;
      if (key === '__proto__' || key === 'constructor' || key === 'prototype')
        throw this.invalid('This key is not allowed');
      this.#characters += key.length;
      if (copy[key] === undefined) delete copy[key];
      else copy[key] = this.read(copy[key], depth + 1);
    }
    // Every property was read as JSON just now.
    return copy as { [key: string]: Json };
  }

  #path(): string {
    return writeJsonPath(this.#keys.slice(0, this.#depth), this.#root);
  }

  #over(limit: 'nesting' | 'nodes' | 'bodyBytes'): CodedError {
    return new CodedError(
      'card.limit',
      `More than ${limits[limit].max} ${limits[limit].unit} in one input.`,
      {
        path: this.#path(),
      },
    );
  }
}

/**
 * Decodes the bytes of a file, without a byte order mark.
 *
 * @throws CodedError `code` when they are not UTF-8: some letters would become `�`.
 */
export function decodeUtf8(bytes: Uint8Array, code: ErrorCode): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CodedError(code, 'The file is not UTF-8.', {
      cause,
      hint: 'Save it in an editor with the encoding UTF-8.',
    });
  }
}

/**
 * Parses JSON text, or the bytes of a file, from outside, of at most `limits.bodyBytes`. It checks `limits.nesting` and `limits.values` before it
 * parses, because 256 KiB of empty lists take many times the memory of the text.
 *
 * @throws CodedError `card.limit` over a limit, `invalidCode` when it is not JSON or not UTF-8; neither holds any of the text.
 */
export function parseJson(json: string | Uint8Array, invalidCode: ErrorCode = 'card.schema'): unknown {
  const { bodyBytes, nesting, values } = limits;
  if (json.length > bodyBytes.max || Buffer.byteLength(json) > bodyBytes.max) {
    throw new CodedError('card.limit', `The JSON is larger than ${bodyBytes.max} bytes.`, { path: '$' });
  }
  const text = typeof json === 'string' ? json : decodeUtf8(json, invalidCode);
  const size = measureJson(text);
  const over =
    size.nesting > nesting.max
      ? `is nested deeper than ${nesting.max} levels`
      : size.values > values.max
        ? `has more than ${values.max} values`
        : undefined;
  if (over !== undefined) throw new CodedError('card.limit', `The JSON ${over}.`, { path: '$' });
  try {
    return JSON.parse(text);
  } catch {
    throw new CodedError(invalidCode, 'The text is not JSON.', { path: '$' });
  }
}

const quote = 34;
const backslash = 92;
const comma = 44;

/** Measures JSON in one pass without recursion: its deepest nesting, and its values (empty lists and objects count as two). */
function measureJson(json: string): { nesting: number; values: number } {
  let depth = 0;
  let nesting = 0;
  let values = 1;
  let inString = false;
  for (let i = 0; i < json.length; i += 1) {
    const code = json.charCodeAt(i);
    if (inString) {
      if (code === backslash) i += 1;
      else if (code === quote) inString = false;
    } else if (code === quote) {
      inString = true;
    } else if (code === 123 || code === 91) {
      depth += 1;
      values += 1;
      if (depth > nesting) nesting = depth;
    } else if (code === 125 || code === 93) {
      depth -= 1;
    } else if (code === comma) {
      values += 1;
    }
  }
  return { nesting, values };
}
