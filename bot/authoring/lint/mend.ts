import { randomUUID } from 'node:crypto';
import { findValueAt } from './explainIssue.ts';

type Node = Record<string, unknown>;
type Keys = readonly (string | number)[];

/**
 * Replaces a mistake by a harmless value, so that the compiler finds the next mistake.
 *
 * `attempt` counts from 0 how often the same place was mended: each time more around it is replaced. Returns false when there is
 * nothing to replace.
 */
export function mend(file: object, path: Keys, attempt: number): boolean {
  if (path[0] === 'text') return attempt === 0 && Reflect.set(file, 'text', 'x');
  if (path[0] !== 'card') return false;
  const key = path.at(-1);
  const node = findNodeAt(file, path.slice(0, -1));
  if (attempt === 0 && typeof key === 'string' && node !== undefined && !Array.isArray(node)) {
    const value = createNeutralValue(key, node);
    if (value === undefined) return Reflect.deleteProperty(node, key);
    return Reflect.set(node, key, value);
  }
  if (attempt === 1 && typeof key === 'string' && node !== undefined)
    return Reflect.deleteProperty(node, key);
  return replaceAround(file, path, Math.max(0, attempt - 2));
}

/** Replaces the item of a list that holds the mistake; with `above`, the item around that one. */
function replaceAround(file: object, path: Keys, above: number): boolean {
  const lists = path.flatMap((key, at) => (typeof key === 'number' ? [at] : []));
  const at = lists.at(-1 - above);
  if (at === undefined) return false;
  const list = findNodeAt(file, path.slice(0, at));
  const index = path[at];
  if (!Array.isArray(list) || typeof index !== 'number') return false;
  list[index] = createNeutralItem(String(path[at - 1]));
  return true;
}

// No two buttons of a card may send the same.
const makePayload = () => `mended:${randomUUID()}`;

function createNeutralItem(list: string): Node {
  if (list === 'items') return { label: 'x', value: 'x' };
  if (list === 'buttons') return { label: 'x', action: 'postback', payload: makePayload() };
  if (list === 'replies') return { label: 'x', payload: makePayload() };
  if (list === 'cards') return { components: [{ type: 'header', text: 'x' }] };
  return { type: 'body', text: 'x' };
}

/** Returns undefined for a key that is to be removed. */
function createNeutralValue(key: string, node: Node): unknown {
  switch (key) {
    case 'text':
    case 'label':
    case 'value':
    case 'altText':
      return 'x';
    case 'url':
      return 'https://example.com/x.png';
    case 'payload':
      return node.action === 'openUrl' ? 'https://example.com/' : makePayload();
    case 'action':
      return 'postback';
    case 'components':
    case 'items':
    case 'buttons':
    case 'replies':
    case 'cards':
      return [createNeutralItem(key)];
    default:
      return undefined;
  }
}

function findNodeAt(file: object, path: Keys): Node | undefined {
  const node = findValueAt(file, path);
  return typeof node === 'object' && node !== null ? (node as Node) : undefined;
}
