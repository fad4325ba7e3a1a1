import { findNodeAt, isRequired, type SchemaNode } from '../../../cards/json.ts';
import {
  type Expression,
  type FieldPath,
  parseExpression,
  pathsOf,
} from '../../../cards/templates/expression.ts';

/** The fields that a binding can use: all fields, and the fields of the item that `$data` repeats. */
export interface SchemaScope {
  readonly root: SchemaNode | undefined;
  readonly data: SchemaNode | undefined;
}

const binding = /\$\{([^}]*)\}/g;

/** The expressions of the bindings in a text; an invalid binding, which is an error, has none. */
function expressionsIn(text: string): Expression[] {
  return [...text.matchAll(binding)].flatMap(([, source = '']) => {
    try {
      return parseExpression(source, '$');
    } catch {
      return [];
    }
  });
}

/** The fields that the bindings of a text name. */
export function pathsIn(text: unknown): FieldPath[] {
  return typeof text === 'string' ? expressionsIn(text).flatMap(pathsOf) : [];
}

/** A text without its bindings. */
export function withoutBindings(text: string): string {
  return text.replace(binding, '');
}

/** Finds the schema of a field; `inner` are further keys below it. */
export function findField(
  { root, keys }: FieldPath,
  scope: SchemaScope,
  inner: FieldPath['keys'] = [],
): SchemaNode | undefined {
  return findNodeAt(root === '$root' ? scope.root : scope.data, [...keys, ...inner]);
}

/** A field as the text of a warning names it. */
export function nameOf({ keys }: FieldPath): string {
  return keys.join('.');
}

/** Finds text that looks like a binding of another language, or like a binding without its end. */
export function findAlmostBinding(text: string, declared: ReadonlySet<string>): string | undefined {
  if (text.includes('${')) return '${';
  const [found] = /\{\{[^{}]*\}\}/.exec(text) ?? [];
  if (found !== undefined) return found;
  const names = text.matchAll(/\{(\w+)\}|\$(\w+)|%(\w+)%|<(\w+)>/g);
  return [...names].find(([, ...all]) => all.some((name) => name !== undefined && declared.has(name)))?.[0];
}

/** Finds the field that a condition compares with a value of another type, or with one that its `enum` does not have. */
export function findNeverTrue(when: unknown, scope: SchemaScope): string | undefined {
  const all = typeof when === 'string' ? expressionsIn(when) : [];
  for (let one = all.pop(); one !== undefined; one = all.pop()) {
    if (one.kind === 'and' || one.kind === 'or' || one.kind === 'default') all.push(one.left, one.right);
    if (one.kind === 'not') all.push(one.of);
    if (one.kind !== 'compare' || one.left.kind !== 'path' || one.right.kind !== 'literal') continue;
    const { type, enum: values } = findField(one.left, scope) ?? {};
    const { value } = one.right;
    if (value === null) continue;
    const isOther = typeof type === 'string' && (type === 'integer' ? 'number' : type) !== typeof value;
    if (isOther || (Array.isArray(values) && !values.includes(value))) return nameOf(one.left);
  }
  return undefined;
}

/** Finds the optional field whose absence removes other values or lines of the text; `guarded` are fields that `$when` requires. */
export function findLosingField(
  text: string,
  scope: SchemaScope,
  guarded: readonly string[],
): string | undefined {
  const bindings = expressionsIn(text);
  const all = bindings.flatMap(pathsOf).map(nameOf);
  const losing = bindings.find((one) => {
    const needed = one.kind === 'call' && one.name.startsWith('format') ? one.args[0] : one;
    if (needed?.kind !== 'path' || guarded.includes(nameOf(needed)) || !isOptional(needed, scope))
      return false;
    const own = pathsOf(one).map(nameOf);
    return all.some((name) => !own.includes(name));
  });
  return losing && pathsOf(losing).map(nameOf)[0];
}

/** Says whether a field, or one on the way to it, may be absent. */
function isOptional(path: FieldPath, scope: SchemaScope): boolean {
  return path.keys.some((key, at) => {
    const parent = findField({ ...path, keys: path.keys.slice(0, at) }, scope);
    const node = findNodeAt(parent, [key]);
    if (parent === undefined || node === undefined || typeof key === 'number') return false;
    return node.default === undefined && !isRequired(parent, key);
  });
}
