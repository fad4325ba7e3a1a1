import { findNodeAtLocation, findNodeAtOffset, getNodePath, type Node } from 'jsonc-parser';
import { parseExpression, pathsOf } from '../../cards/templates/expression.ts';
import { findNodeAt, type SchemaNode } from '../../cards/templates/fieldSchema.ts';

/** The fields that a binding sees: all, and those of the item that `$data` repeats it for. */
export interface SchemaScope {
  readonly root: SchemaNode | undefined;
  readonly data: SchemaNode | undefined;
}

/** Finds what a binding at a place of a template file sees; `root` is the schema of its fields. */
export function scopeOf(tree: Node | undefined, root: SchemaNode | undefined, offset: number): SchemaScope {
  const at = tree && findNodeAtOffset(tree, offset, true);
  const path = at === undefined ? [] : getNodePath(at);
  let data = root;
  for (let length = 1; length <= path.length; length++) {
    // The list itself is named from outside.
    if (path[length] === '$data') break;
    const list = tree && findNodeAtLocation(tree, [...path.slice(0, length), '$data'])?.value;
    const [, inner] = typeof list === 'string' ? (/^\$\{(.*)\}$/.exec(list) ?? []) : [];
    const of = inner === undefined ? undefined : listOf(inner);
    if (of !== undefined) data = findNodeAt(of.root === '$root' ? root : data, [...of.keys, 0]);
  }
  return { root, data };
}

function listOf(source: string) {
  try {
    return pathsOf(parseExpression(source, '$'))[0];
  } catch {
    // A list that cannot be read is an error that lint reports.
    return undefined;
  }
}
