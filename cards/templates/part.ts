import type { Scope } from './scope.ts';

/**
 * A piece of a compiled template: either fixed, checked once at load and shared by all cards, or made for each card.
 * `undefined` means that an optional field is absent, so the piece goes.
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

/** The parts of an object: required ones take the whole object with them when they are absent, optional ones just go. */
export function objectPart<T extends object>(
  required: { [K in keyof T]?: Part<T[K] & {}> },
  optional: { [K in keyof T]?: Part<T[K] & {}> } = {},
): Part<T> {
  const needed = Object.entries(required) as [string, Part<unknown>][];
  const extra = Object.entries(optional) as [string, Part<unknown>][];
  const make = (read: (part: Part<unknown>) => unknown): T | undefined => {
    const made: Record<string, unknown> = {};
    for (const [key, part] of needed) {
      const value = read(part);
      if (value === undefined) return undefined;
      made[key] = value;
    }
    for (const [key, part] of extra) {
      const value = read(part);
      if (value !== undefined) made[key] = value;
    }
    // Callers name exactly the keys of T: TypeScript cannot follow that through Object.entries.
    return made as T;
  };
  const isFixed = [...needed, ...extra].every(([, part]) => 'fixed' in part);
  if (!isFixed) return { make: (scope) => make((part) => partValue(part, scope)) };
  return { fixed: make((part) => ('fixed' in part ? part.fixed : undefined)) };
}
