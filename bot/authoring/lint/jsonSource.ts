import { writeJsonPath } from '../../../cards/checks/jsonPath.ts';

/** A place in a file: line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A mistake in a JSON text, and how to correct it. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly offset: number;
  readonly hint: string;

  constructor(offset: number, message: string, hint: string) {
    super(message);
    this.offset = offset;
    this.hint = hint;
  }
}

type Keys = readonly (string | number)[];

/** A JSON text with the places of its values. */
export interface JsonSource {
  readonly value: unknown;
  /** The place of the value at a JSON path, or of the nearest value around it. */
  placeOf(keys: Keys): Place;
  /** The keys of a JSON path as errors show it, as far as the file has it. */
  keysOf(path: string): Keys;
  /** Keys that appear twice in the same object. */
  readonly repeated: readonly Keys[];
}

/** Reads a JSON text. @throws JsonFault at the first character that is not JSON */
export function readJsonSource(text: string): JsonSource {
  const offsets = new Map<string, number>();
  const known = new Map<string, Keys>();
  const repeated: Keys[] = [];
  scan(text, {
    value(keys, offset) {
      offsets.set(JSON.stringify(keys), offset);
      known.set(writeJsonPath(keys), keys);
    },
    repeated: (keys) => repeated.push(keys),
  });
  return {
    value: JSON.parse(text),
    repeated,
    placeOf(keys) {
      for (let length = keys.length; length > 0; length--) {
        const offset = offsets.get(JSON.stringify(keys.slice(0, length)));
        if (offset !== undefined) return placeAt(text, offset);
      }
      return { line: 1, column: 1 };
    },
    keysOf(path) {
      for (let rest = path; rest !== ''; ) {
        const keys = known.get(rest);
        if (keys !== undefined) return keys;
        rest = rest.slice(0, Math.max(0, rest.lastIndexOf('.'), rest.lastIndexOf('[')));
      }
      return [];
    },
  };
}

/** Line and column of an offset. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

interface Listener {
  value(keys: Keys, offset: number): void;
  repeated(keys: Keys): void;
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /[\p{L}\p{N}_$-]+/uy;
const escaped = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const deepest = 200;

function scan(text: string, listener: Listener): void {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const blank = (): void => {
    while (' \t\n\r'.includes(text[at] ?? '-')) at += 1;
    if (text.startsWith('//', at) || text.startsWith('/*', at)) {
      throw new JsonFault(at, 'JSON has no comments.', 'Remove it; `description` is for notes.');
    }
    if (/^(?:<{7}|={7}|>{7})/.test(text.slice(at, at + 7))) {
      throw new JsonFault(at, 'A merge conflict is left here.', 'Keep one of the two versions.');
    }
  };
  const fault = (): JsonFault => {
    const sign = text[at];
    if (sign === undefined)
      return new JsonFault(at, 'The file ends too early.', 'A `}`, `]` or `"` is missing.');
    if (sign === "'" || sign === '\u201c' || sign === '\u201e')
      return new JsonFault(at, 'These are not the quotes of JSON.', 'Write straight double quotes: `"`.');
    if (sign === '\0')
      return new JsonFault(
        at,
        'The file is not UTF-8.',
        'Save it as UTF-8; PowerShell writes UTF-16 with `>`.',
      );
    if (sign === ',') return new JsonFault(at, 'A comma is not expected here.', 'Remove the comma.');
    const start = at;
    const found = take(word);
    at = start;
    if (found !== undefined)
      return new JsonFault(at, `\`${found.slice(0, 40)}\` has no quotes.`, 'Write it in double quotes.');
    return new JsonFault(
      at,
      `\`${sign}\` is not expected here.`,
      'Look at the commas, quotes and brackets before it.',
    );
  };
  const string = (): string => {
    const start = at;
    if (text[at] !== '"') throw fault();
    at += 1;
    for (;;) {
      const sign = text[at];
      if (sign === undefined)
        throw new JsonFault(start, 'A text does not end.', 'Close it with a double quote.');
      if (sign === '"') {
        at += 1;
        return JSON.parse(text.slice(start, at));
      }
      if (sign < ' ')
        throw new JsonFault(
          at,
          'A text goes over the end of its line.',
          'Write `\\n` for a new line, `\\t` for a tab.',
        );
      if (sign === '\\') {
        if (take(escaped) === undefined)
          throw new JsonFault(at, 'The backslash is not a valid escape.', 'Write `\\\\` for a backslash.');
      } else at += 1;
    }
  };
  /** Reads the comma or the end after a value; returns true when another value follows. */
  const goesOn = (end: string): boolean => {
    blank();
    if (text[at] === end) {
      at += 1;
      return false;
    }
    if (text[at] !== ',') {
      if (text[at] === undefined) throw fault();
      throw new JsonFault(at, 'A comma is missing before this.', `Write a comma, or end with \`${end}\`.`);
    }
    const comma = at;
    at += 1;
    blank();
    if (text[at] === end) throw new JsonFault(comma, 'Nothing follows this comma.', 'Remove the comma.');
    return true;
  };
  const isEmpty = (end: string): boolean => {
    at += 1;
    blank();
    if (text[at] !== end) return false;
    at += 1;
    return true;
  };
  const object = (keys: Keys): void => {
    if (isEmpty('}')) return;
    const seen = new Set<string>();
    do {
      blank();
      const start = at;
      const key = string();
      if (seen.has(key)) listener.repeated([...keys, key]);
      seen.add(key);
      blank();
      if (text[at] !== ':') {
        if (text[at] === undefined) throw fault();
        throw new JsonFault(at, 'A colon is missing here.', 'Write `"key": value`.');
      }
      at += 1;
      value([...keys, key], start);
    } while (goesOn('}'));
  };
  const list = (keys: Keys): void => {
    if (isEmpty(']')) return;
    let index = 0;
    do {
      blank();
      value([...keys, index], at);
      index += 1;
    } while (goesOn(']'));
  };
  const value = (keys: Keys, start: number): void => {
    if (keys.length > deepest) throw new JsonFault(at, 'This is nested too deep.', 'Make it flatter.');
    blank();
    listener.value(keys, start);
    const sign = text[at];
    if (sign === '{') object(keys);
    else if (sign === '[') list(keys);
    else if (sign === '"') string();
    else {
      const literal = ['true', 'false', 'null'].find((one) => text.startsWith(one, at));
      if (literal !== undefined) at += literal.length;
      else if (take(number) === undefined) throw fault();
    }
  };
  blank();
  value([], at);
  blank();
  if (at < text.length)
    throw new JsonFault(at, 'Something follows the end.', 'A file holds one template: remove the rest.');
}
