import {
  applyEdits,
  findNodeAtLocation,
  findNodeAtOffset,
  getNodePath,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
  parse,
  parseTree,
} from 'jsonc-parser';
import { findNodeAt, type SchemaNode } from '../../cards/json.ts';
import { findField, pathsIn, type SchemaScope } from '../authoring/lint/bindings.ts';
import { RefusedRequest } from '../http/requests.ts';

/** A value to write at a place of the file; without a value the place is removed. */
export interface Edit {
  readonly path: JSONPath;
  readonly value?: unknown;
}

const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };

/**
 * Changes values of a template file; everything else keeps its form.
 *
 * @throws RefusedRequest 422 when the text is not JSON
 */
export function editTemplate(text: string, edits: readonly Edit[]): string {
  requireJson(text);
  return edits.reduce(
    (now, { path, value }) => applyEdits(now, modify(now, [...path], value, { formattingOptions })),
    text,
  );
}

/**
 * Adds a locale: each text with a value for every locale gets a copy of the first one, to be translated.
 *
 * @throws RefusedRequest 422 when the text is not JSON, or has the locale
 */
export function addLocale(text: string, locale: string): string {
  const file = Object(requireJson(text));
  const locales: unknown[] = Array.isArray(file.locales) ? file.locales : [];
  const [first] = locales;
  if (locales.includes(locale) || typeof first !== 'string')
    throw createFolderProblem(`The template cannot get the locale ${locale}.`);
  const edits: Edit[] = [{ path: ['locales', locales.length], value: locale }];
  const visit = (value: unknown, path: JSONPath): void => {
    if (typeof value !== 'object' || value === null) return;
    const entries = Object.entries(value);
    const isText =
      !Array.isArray(value) &&
      entries.every(([key, one]) => locales.includes(key) && typeof one === 'string');
    const words = isText ? Reflect.get(value, first) : undefined;
    if (words !== undefined) edits.push({ path: [...path, locale], value: words });
    else for (const [key, one] of entries) visit(one, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  visit(file.card, ['card']);
  visit(file.text, ['text']);
  return editTemplate(text, edits);
}

/**
 * Renames a field where it is declared, in every sample and in every binding.
 *
 * @param path the keys of the field in the schema, such as `['properties', 'shop']` or `['properties', 'items', 'items', 'properties', 'price']`
 * @throws RefusedRequest 422 when there is no such field, or the name is taken or not a name
 */
export function renameField(text: string, path: JSONPath, to: string): string {
  requireJson(text);
  const tree = parseTree(text);
  const fields: SchemaNode | undefined = tree && valueIn(tree, ['fields']);
  const old = String(path.at(-1));
  const holder = path.slice(0, -2).reduce<unknown>((at, key) => Object(at)[key], fields);
  const names = Object.keys(Object(Object(holder).properties));
  if (tree === undefined || fields === undefined || !names.includes(old))
    throw createFolderProblem('There is no such field.');
  if (!/^[A-Za-z_][\w]*$/.test(to))
    throw createFolderProblem('A field name has letters, digits and underscores only.');
  if (to === old) return text;
  if (names.includes(to)) throw createFolderProblem(`There is a field ${to} already.`);

  const replaced: { offset: number; length: number; content: string }[] = [];
  const replace = (offset: number, length: number, content: string) =>
    replaced.push({ offset, length, content });
  const renameKey = (object: Node | undefined): void => {
    const key = object?.children?.find(({ children: [name] = [] }) => name?.value === old)?.children?.[0];
    if (key !== undefined) replace(key.offset, key.length, JSON.stringify(to));
  };

  const at = findNodeAtLocation(tree, ['fields', ...path.slice(0, -2)]);
  renameKey(at && findNodeAtLocation(at, ['properties']));
  for (const name of (at && findNodeAtLocation(at, ['required'])?.children) ?? [])
    if (name.value === old) replace(name.offset, name.length, JSON.stringify(to));

  const renameInSample = (value: Node | undefined, node: SchemaNode | undefined): void => {
    if (value === undefined || node === undefined) return;
    if (value.type === 'array')
      for (const item of value.children ?? []) renameInSample(item, findNodeAt(node, [0]));
    if (value.type !== 'object') return;
    if (node === holder) renameKey(value);
    for (const { children: [key, inner] = [] } of value.children ?? [])
      renameInSample(inner, findNodeAt(node, [String(key?.value)]));
  };
  for (const { children: [, sample] = [] } of findNodeAtLocation(tree, ['samples'])?.children ?? [])
    renameInSample(sample, fields);

  const isAbove = (offset: number): boolean => {
    const part = findNodeAtLocation(tree, ['fields']);
    const samples = findNodeAtLocation(tree, ['samples']);
    return [part, samples].some(
      (one) => one !== undefined && offset > one.offset && offset < one.offset + one.length,
    );
  };
  for (const binding of text.matchAll(/\$\{[^}]*\}/g)) {
    if (isAbove(binding.index)) continue;
    const scope = scopeOf(tree, fields, binding.index);
    // Texts in quotes are skipped; a name before `(` is a function.
    for (const found of binding[0].matchAll(
      /'[^']*'|(?<![\w$.])([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[\d+\])*)(?!\s*\()/g,
    )) {
      const [, words] = found;
      if (words === undefined) continue;
      const steps = [...words.matchAll(/[A-Za-z_$][\w$]*|\[\d+\]/g)];
      let node = steps[0]?.[0] === '$root' ? fields : scope.data;
      for (const step of steps) {
        const [key] = step;
        if (key === '$root') continue;
        if (node === holder && key === old) replace(binding.index + found.index + step.index, key.length, to);
        node = findNodeAt(node, [key.startsWith('[') ? 0 : key]);
      }
    }
  }
  return applyEdits(text, replaced);
}

/** The value at a path of a parsed text; made once, so that its objects can be compared. */
function valueIn(tree: Node, path: JSONPath) {
  const node = findNodeAtLocation(tree, path);
  return node && getNodeValue(node);
}

function requireJson(text: string): unknown {
  const errors: unknown[] = [];
  // jsonc-parser adds the errors to the list.
  const value: unknown = parse(text, errors as Parameters<typeof parse>[1], { disallowComments: true });
  if (errors.length === 0) return value;
  throw createFolderProblem('The text is not JSON. Correct the mistakes that the editor shows.');
}

function createFolderProblem(message: string): RefusedRequest {
  return new RefusedRequest(422, message);
}

/** Finds the fields that a binding at a place of a template file can use; `root` is the schema of all fields. */
export function scopeOf(tree: Node | undefined, root: SchemaNode | undefined, offset: number): SchemaScope {
  const at = tree && findNodeAtOffset(tree, offset, true);
  const path = at === undefined ? [] : getNodePath(at);
  let data = root;
  for (let length = 1; length <= path.length; length++) {
    // The path of the list itself belongs to the scope around it.
    if (path[length] === '$data') break;
    const [list] = pathsIn(tree && findNodeAtLocation(tree, [...path.slice(0, length), '$data'])?.value);
    if (list !== undefined) data = findField(list, { root, data }, [0]);
  }
  return { root, data };
}
