import type { Json } from '../card.ts';
import type { Change } from '../checks/checkedCard.ts';

/**
 * A value of a compiled template: either fixed, checked once at load and shared by all cards, or made for each card.
 * `undefined` means that an optional field is absent, so the object that holds the value is left out.
 */
export type Part<T> = { readonly fixed: T | undefined } | { readonly make: (scope: Scope) => T | undefined };

/** Returns the value of a part for one card. */
export function fillPart<T>(part: Part<T>, scope: Scope): T | undefined {
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

/** An object of parts: without a required member it is left out, without an optional one it is made. */
export function createObjectPart<T extends object>(
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

/** The data that a binding reads while a card is composed. */
export interface Scope {
  /** The dynamic fields, after their schema filled the defaults. */
  readonly root: Json;
  /** The current element inside `$data`, else the fields. */
  readonly data: Json;
  /** Position of the current element, from 0; undefined outside of `$data`. */
  readonly index: number | undefined;
  /** BCP 47 locale for dates, numbers and currency. */
  readonly locale: string;
  /** The time that relative dates count from. */
  readonly now: () => Date;
  /** Changes that keep the card within the limits; shared by all scopes of one card. */
  readonly changes: Change[];
}

/** The value of an expression: undefined when a field on the way is absent. */
export type Value = Json | undefined;
