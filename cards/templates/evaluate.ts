import type { Json } from '../card.ts';
import type { Change } from '../checks/checkedCard.ts';
import { CodedError } from '../errors.ts';
import { type Comparison, type Expression, listAll, nameOf, pathsOf, writeUsage } from './expression.ts';
import { functions, isTrue } from './functions.ts';

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
  /** Elements that `$data` has repeated so far; shared by all scopes of one card. */
  readonly repeated: { count: number };
  /** Changes that keep the card within the limits; shared by all scopes of one card. */
  readonly changes: Change[];
}

/** The value of an expression: undefined when a field on the way is absent. */
export type Value = Json | undefined;

/** Evaluates a compiled expression for one card. */
export type Evaluate = (scope: Scope) => Value;

/**
 * Evaluates an expression for one card.
 *
 * @param path - JSON path of the binding in the template, for errors
 * @returns undefined when a field on the way is absent
 * @throws CodedError `template.invalidField` when a function cannot format a value
 */
export function evaluate(expression: Expression, scope: Scope, path: string): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'index':
      return scope.index;
    case 'path': {
      let value: Value = expression.root === '$root' ? scope.root : scope.data;
      for (const key of expression.keys) value = readChild(value, key);
      return value;
    }
    case 'call':
      return call(expression, scope, path);
    case 'not':
      return !isTrue(evaluate(expression.of, scope, path));
    case 'default':
      return evaluate(expression.left, scope, path) ?? evaluate(expression.right, scope, path);
    case 'and':
      return (
        isTrue(evaluate(expression.left, scope, path)) && isTrue(evaluate(expression.right, scope, path))
      );
    case 'or':
      return (
        isTrue(evaluate(expression.left, scope, path)) || isTrue(evaluate(expression.right, scope, path))
      );
    case 'compare': {
      const { operator, left, right } = expression;
      return compare(operator, evaluate(left, scope, path), evaluate(right, scope, path));
    }
  }
}

function readChild(value: Value, key: string | number): Value {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function call({ name, args }: Expression & { kind: 'call' }, scope: Scope, path: string): Value {
  const values = args.map((arg) => evaluate(arg, scope, path));
  const called = functions.get(name);
  try {
    return called?.call(values, scope);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const given = args.flatMap(listAll).flatMap((one) => nameOf(one) ?? []);
    const isField = given.length === 1 && args.flatMap(pathsOf).length === 1;
    const what = isField ? `The field ${given[0]}` : `One of ${given.join(', ') || 'the values'}`;
    throw new CodedError('template.invalidField', `${what} does not fit ${name}.`, {
      path,
      hint: called === undefined ? undefined : writeUsage(called),
      cause: error,
    });
  }
}

function compare(operator: Comparison, left: Value, right: Value): boolean {
  // An absent field equals null.
  if (operator === '==') return (left ?? null) === (right ?? null);
  if (operator === '!=') return (left ?? null) !== (right ?? null);
  const comparable =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string');
  if (!comparable) return false;
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}
