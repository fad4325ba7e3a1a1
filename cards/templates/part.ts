import type { Scope } from './scope.ts';

/**
 * A text of a compiled template: either fixed, checked once at load and shared by all cards, or made for each card.
 * `undefined` means that an optional field is absent, so what holds the text goes.
 */
export type Part<T> = { readonly fixed: T | undefined } | { readonly make: (scope: Scope) => T | undefined };

/** Gives the value of a part for one card. */
export function partValue<T>(part: Part<T>, scope: Scope): T | undefined {
  return 'fixed' in part ? part.fixed : part.make(scope);
}

/** Changes the value of a part, at load if it is fixed. */
export function mapPart<T, U>(part: Part<T>, change: (value: T, scope: Scope | undefined) => U): Part<U> {
  if ('fixed' in part) return { fixed: part.fixed === undefined ? undefined : change(part.fixed, undefined) };
  return {
    make: (scope) => {
      const value = part.make(scope);
      return value === undefined ? undefined : change(value, scope);
    },
  };
}

/** Appends the JSON of a value to the JSON of its card so far; undefined when the value goes. */
type AppendJson = (scope: Scope, json: string) => string | undefined;

/**
 * A value of a card: fixed, or written for each card, for a card is serialised while it is composed. What is fixed in it
 * was serialised at load. A text is told apart, so that its quotes stand in the fixed JSON around it.
 */
export type JsonPart<T> =
  | { readonly fixed: T | undefined }
  | { readonly append: AppendJson }
  /** Makes a text as it stands between quotes in JSON. */
  | { readonly quoted: (scope: Scope) => string | undefined };

/** Appends the JSON of a part, written at load if it is fixed. */
export function appenderOf(part: JsonPart<unknown>): AppendJson {
  if ('append' in part) return part.append;
  if ('quoted' in part) {
    return (scope, json) => {
      const text = part.quoted(scope);
      return text === undefined ? undefined : `${json}"${text}"`;
    };
  }
  if (part.fixed === undefined) return () => undefined;
  const fixed = JSON.stringify(part.fixed);
  return (_, json) => json + fixed;
}

/** A value that is written for each card. */
interface Piece {
  /** The fixed JSON in front of it. */
  readonly before: string;
  /** The same without its key, where the value may go alone; undefined when the whole object goes with it. */
  readonly without: string | undefined;
  readonly append: AppendJson;
}

/** The parts of an object: required ones take the whole object with them when they are absent, optional ones just go. */
export function objectPart<T extends object>(
  required: { [K in keyof T]?: JsonPart<T[K] & {}> },
  optional: { [K in keyof T]?: JsonPart<T[K] & {}> } = {},
): JsonPart<T> {
  const fixed: Record<string, unknown> = {};
  const pieces: Piece[] = [];
  let json = '{';
  for (const [name, part] of Object.entries<JsonPart<unknown>>({ ...required, ...optional })) {
    const key = `${json === '{' ? '' : ','}${JSON.stringify(name)}:`;
    const isRequired = name in required;
    if ('fixed' in part) {
      if (part.fixed === undefined && isRequired) return { fixed: undefined };
      if (part.fixed === undefined) continue;
      fixed[name] = part.fixed;
      json += key + JSON.stringify(part.fixed);
    } else if (isRequired && 'quoted' in part) {
      pieces.push({ before: `${json}${key}"`, without: undefined, append: appendText(part.quoted) });
      json = '"';
    } else {
      pieces.push({ before: json + key, without: isRequired ? undefined : json, append: appenderOf(part) });
      json = '';
    }
  }
  // Callers name exactly the keys of T: TypeScript cannot follow that through Object.entries.
  return pieces.length === 0 ? { fixed: fixed as T } : { append: appendPieces(pieces, `${json}}`) };
}

function appendText(quoted: (scope: Scope) => string | undefined): AppendJson {
  return (scope, json) => {
    const text = quoted(scope);
    return text === undefined ? undefined : json + text;
  };
}

/** An object has a required member first, so a comma is right in front of each optional one. */
function appendPieces(pieces: readonly Piece[], end: string): AppendJson {
  return (scope, start) => {
    let json = start;
    for (const { before, without, append } of pieces) {
      const next = append(scope, json + before);
      if (next !== undefined) json = next;
      else if (without === undefined) return undefined;
      else json += without;
    }
    return json + end;
  };
}
