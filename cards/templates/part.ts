import type { Scope } from './scope.ts';

/**
 * A value of a compiled template: either fixed, checked once at load and shared by all cards, or made for each card.
 * `undefined` means that an optional field is absent, so what holds the value goes.
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
  const members = Object.entries<Part<unknown>>({ ...required, ...optional }).map(([name, part]) => ({
    name,
    part,
    isRequired: name in required,
  }));
  const make = (scope: Scope | undefined): T | undefined => {
    const object: Record<string, unknown> = {};
    for (const { name, part, isRequired } of members) {
      const value = 'fixed' in part ? part.fixed : scope && part.make(scope);
      if (value !== undefined) object[name] = value;
      else if (isRequired) return undefined;
    }
    // Callers name exactly the keys of T: TypeScript cannot follow that through Object.entries.
    return object as T;
  };
  return members.every(({ part }) => 'fixed' in part) ? { fixed: make(undefined) } : { make };
}
