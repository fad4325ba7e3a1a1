import { thereAre } from '../closest.ts';
import { CodedError } from '../errors.ts';
import { type Comparison, type Expression, type FieldPath, pathsOf } from './expression.ts';
import { functions, isTrue } from './functions.ts';
import type { Scope, Value } from './part.ts';

/** A compiled expression. */
export type Evaluate = (scope: Scope) => Value;

/**
 * Turns a parsed expression into a closure, once, at load.
 *
 * @throws CodedError `template.invalid` for an unknown function or a wrong number of arguments; the closure throws
 * `template.invalidField` when a value cannot be formatted.
 */
export function compileExpression(expression: Expression, path: string): Evaluate {
  switch (expression.kind) {
    case 'literal':
      return () => expression.value;
    case 'index':
      return (scope) => scope.index;
    case 'path':
      return ({ root, data }) =>
        expression.keys.reduce<Value>(readChild, expression.root === '$root' ? root : data);
    case 'call':
      return compileCall(expression, path);
    case 'not': {
      const of = compileExpression(expression.of, path);
      return (scope) => !isTrue(of(scope));
    }
    case 'compare':
    case 'default':
    case 'and':
    case 'or':
      return compileBinary(
        expression,
        compileExpression(expression.left, path),
        compileExpression(expression.right, path),
      );
  }
}

function compileBinary(
  expression: Extract<Expression, { left: Expression }>,
  left: Evaluate,
  right: Evaluate,
): Evaluate {
  switch (expression.kind) {
    case 'compare':
      return (scope) => compare(expression.operator, left(scope), right(scope));
    case 'default':
      return (scope) => left(scope) ?? right(scope);
    case 'and':
      return (scope) => isTrue(left(scope)) && isTrue(right(scope));
    case 'or':
      return (scope) => isTrue(left(scope)) || isTrue(right(scope));
  }
}

function readChild(value: Value, key: string | number): Value {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function compileCall({ name, args }: Expression & { kind: 'call' }, path: string): Evaluate {
  const fn = functions.get(name);
  if (fn === undefined) {
    throw new CodedError('template.invalid', `There is no function ${name}.`, {
      path,
      hint: thereAre(name, [...functions.keys()]),
    });
  }
  const [least, most] = fn.args;
  if (args.length < least || args.length > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`;
    throw new CodedError('template.invalid', `${name} takes ${wanted} arguments.`, { path });
  }
  const compiled = args.map((arg) => compileExpression(arg, path));
  const fields = args.flatMap(pathsOf).map(nameOf);
  const what = fields.length === 1 ? `The field ${fields[0]}` : `One of ${fields.join(', ') || 'the values'}`;
  return (scope) => {
    try {
      return fn.call(
        compiled.map((arg) => arg(scope)),
        scope,
      );
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CodedError('template.invalidField', `${what} does not fit ${name}.`, { path, cause: error });
    }
  };
}

/** The name of a field as the author wrote it. */
function nameOf({ root, keys }: FieldPath): string {
  return [...(root === '$root' ? ['$root'] : []), ...keys].join('.');
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
