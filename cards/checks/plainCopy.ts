import type { Json } from '../card.ts';
import { CodedError, type ErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import { childPath } from './jsonPath.ts';

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads any JavaScript value once into plain JSON, so that what is checked is what is sent.
 *
 * Bounded by `limits.nesting`, `limits.nodes` and `limits.bodyBytes` (characters), so cycles, shared nodes and floods end
 * early. Properties that are undefined are left out, as JSON does; getters and proxies are read once.
 *
 * @throws CodedError `card.limit` over a bound; `invalidCode` (default `card.schema`) for what JSON cannot hold:
 * functions, dates, class instances, NaN, bigint, symbols, and the keys `__proto__`, `constructor`, `prototype`.
 */
export function plainCopy(input: unknown, invalidCode: ErrorCode = 'card.schema'): Json {
  let nodes = 0;
  let characters = 0;
  const at: (string | number)[] = [];

  const path = () => at.reduce<string>((parent, key) => childPath(parent, key), '$');
  const invalid = (what: string, cause?: unknown) =>
    new CodedError(invalidCode, `${what}.`, { path: path(), cause });
  const over = (limit: 'nesting' | 'nodes' | 'bodyBytes') =>
    new CodedError('card.limit', `More than ${limits[limit].max} ${limits[limit].unit} in one input.`, {
      path: path(),
    });

  const read = (value: unknown): Json => {
    nodes += 1;
    if (nodes > limits.nodes.max) throw over('nodes');
    switch (typeof value) {
      case 'string':
        characters += value.length;
        if (characters > limits.bodyBytes.max) throw over('bodyBytes');
        return value;
      case 'boolean':
        return value;
      case 'number':
        if (!Number.isFinite(value)) throw invalid('A number is not finite');
        return value;
      case 'object':
        if (value === null) return null;
        if (at.length >= limits.nesting.max) throw over('nesting');
        return Array.isArray(value) ? readList(value) : readObject(value);
      default:
        throw invalid(`A value is of type ${typeof value}, which JSON cannot hold`);
    }
  };

  const readList = (list: readonly unknown[]): Json[] => {
    if (list.length > limits.nodes.max) throw over('nodes');
    const copy: Json[] = [];
    for (let i = 0; i < list.length; i += 1) {
      at.push(i);
      copy.push(read(list[i]));
      at.pop();
    }
    return copy;
  };

  const readObject = (object: object): Json => {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null)
      throw invalid('An object is not a plain object');
    const copy: { [key: string]: Json } = {};
    for (const key of Object.keys(object)) {
      at.push(key);
      if (forbiddenKeys.has(key)) throw invalid('This key is not allowed');
      characters += key.length;
      const value: unknown = Reflect.get(object, key);
      if (value !== undefined) copy[key] = read(value);
      at.pop();
    }
    return copy;
  };

  try {
    return read(input);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw invalid('A value cannot be read', error);
  }
}
