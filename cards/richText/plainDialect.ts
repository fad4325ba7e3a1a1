import type { PhrasingContent, Root } from 'mdast';
import { nest } from './inlineText.ts';
import { writeLines } from './lines.ts';

function writePlainNode(node: PhrasingContent): string {
  if ('value' in node) return node.value;
  if (!('children' in node)) return '';
  const text = node.children.map(writePlainNode).join('');
  // An old price is not to read as a second price.
  if (node.type === 'delete') return `~~${text}~~`;
  if (node.type !== 'link') return text;
  const short = node.url.replace(/^(?:https:\/\/|mailto:|tel:)|\/$/g, '');
  const shown = text.replace(/^https:\/\/|\/$/g, '');
  return shown === short ? text : `${text} (${node.url})`;
}

/** Writes blocks as plain text: a link as `text (address)` unless its text is the address; strike as `~~text~~`. */
export function writePlain(blocks: Root): string {
  return writeLines(blocks, {
    line: (pieces) => nest(pieces).map(writePlainNode).join(''),
    code: (value) => value,
  });
}
