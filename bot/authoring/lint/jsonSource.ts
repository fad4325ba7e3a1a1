import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';

/** A place in a file: line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A mistake in a JSON text, and how to correct it. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly place: Place;
  readonly hint: string;

  constructor(place: Place, message: string, hint: string) {
    super(message);
    this.place = place;
    this.hint = hint;
  }
}

/** The keys and indexes on the way to a value of a file. */
export type Keys = readonly (string | number)[];

/** A JSON text with the places of its values. */
export interface JsonSource {
  readonly value: unknown;
  /** The place of the value at a JSON path, or of the nearest value around it. */
  placeOf(keys: Keys): Place;
  /** Keys that appear twice in the same object. */
  readonly repeated: readonly Keys[];
}

const deepest = 200;

/** Reads a JSON text. @throws JsonFault at the first mistake */
export function readJsonSource(text: string): JsonSource {
  const places = new Map<string, Place>();
  const repeated: Keys[] = [];
  const add = (keys: Keys, line: number, column: number): void => {
    if (keys.length > deepest)
      throw new JsonFault(
        { line: line + 1, column: column + 1 },
        'This is nested too deep.',
        'Make it flatter.',
      );
    const id = JSON.stringify(keys);
    if (typeof keys.at(-1) === 'string' && places.has(id)) repeated.push(keys);
    places.set(id, { line: line + 1, column: column + 1 });
  };
  /** A value of a list; a value of an object has the place of its key. */
  const addItem = (line: number, column: number, findPath: () => Keys): void => {
    const keys = findPath();
    if (typeof keys.at(-1) !== 'string') add(keys, line, column);
  };
  visit(
    text,
    {
      onObjectProperty: (key, _offset, _length, line, column, findPath) =>
        add([...findPath(), key], line, column),
      onObjectBegin: (_offset, _length, line, column, findPath) => addItem(line, column, findPath),
      onArrayBegin: (_offset, _length, line, column, findPath) => addItem(line, column, findPath),
      onLiteralValue: (_value, _offset, _length, line, column, findPath) => addItem(line, column, findPath),
      onError: (code, offset, length) => {
        throw explainFault(text, code, offset, length);
      },
    },
    { disallowComments: true },
  );
  return {
    value: JSON.parse(text),
    repeated,
    placeOf(keys) {
      for (let length = keys.length; length > 0; length--) {
        const place = places.get(JSON.stringify(keys.slice(0, length)));
        if (place !== undefined) return place;
      }
      return { line: 1, column: 1 };
    },
  };
}

function placeAt(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** Explains an error of jsonc-parser, which names a token, to the author of the file. */
function explainFault(text: string, code: ParseErrorCode, offset: number, length: number): JsonFault {
  const at = (place: number, message: string, hint: string) =>
    new JsonFault(placeAt(text, place), message, hint);
  const token = text.slice(offset, offset + length);
  const [sign] = token;
  switch (printParseErrorCode(code)) {
    case 'InvalidCommentToken':
    case 'UnexpectedEndOfComment':
      return at(offset, 'JSON has no comments.', 'Remove it; `description` is for notes.');
    case 'UnexpectedEndOfString':
    case 'InvalidCharacter': {
      const control = [...token, text[offset + length] ?? 'x'].findIndex((one) => one < ' ');
      if (control === -1) return at(offset, 'A text does not end.', 'Close it with a double quote.');
      return at(
        offset + control,
        'A text goes over the end of its line.',
        'Write `\\n` for a new line, `\\t` for a tab.',
      );
    }
    case 'InvalidEscapeCharacter':
    case 'InvalidUnicode': {
      const escapes = [...token.matchAll(/\\(?:u[\da-fA-F]{4}|.)/gs)];
      const wrong = escapes.find(([sign]) => !/^\\(?:["\\/bfnrt]|u.)/.test(sign));
      return at(
        offset + (wrong?.index ?? 0),
        'The backslash is not a valid escape.',
        'Write `\\\\` for a backslash.',
      );
    }
  }
  if (sign === undefined) return at(offset, 'The file ends too early.', 'A `}`, `]` or `"` is missing.');
  if (/^(?:<{7}|={7}|>{7})/.test(token))
    return at(offset, 'A merge conflict is left here.', 'Keep one of the two versions.');
  if (sign === "'" || sign === '\u201c' || sign === '\u201e')
    return at(offset, 'These are not the quotes of JSON.', 'Write straight double quotes: `"`.');
  if (sign === '\0')
    return at(offset, 'The file is not UTF-8.', 'Save it as UTF-8; PowerShell writes UTF-16 with `>`.');
  const before = text.slice(0, offset).trimEnd();
  if ((sign === '}' || sign === ']') && before.endsWith(','))
    return at(before.length - 1, 'Nothing follows this comma.', 'Remove the comma.');
  switch (printParseErrorCode(code)) {
    case 'CommaExpected':
      return at(offset, 'A comma is missing before this.', 'Write a comma, or end with `}` or `]`.');
    case 'ColonExpected':
      return at(offset, 'A colon is missing here.', 'Write `"key": value`.');
    case 'EndOfFileExpected':
      return at(offset, 'Something follows the end.', 'A file holds one template: remove the rest.');
  }
  if (sign === ',') return at(offset, 'A comma is not expected here.', 'Remove the comma.');
  const [word] = /^[\p{L}\p{N}_$-]+/u.exec(token) ?? [];
  if (word !== undefined)
    return at(offset, `\`${word.slice(0, 40)}\` has no quotes.`, 'Write it in double quotes.');
  return at(
    offset,
    `\`${sign}\` is not expected here.`,
    'Look at the commas, quotes and brackets before it.',
  );
}
