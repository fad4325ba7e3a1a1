import type { BlockContent, DefinitionContent, Nodes, PhrasingContent, Root, RootContent } from 'mdast';
import { placeholder } from './assemble.ts';

/** What stands in the place of a value: its words as they are, or what its own Markdown was read as. */
export type Placed = string | Root;

/** Puts values into the text nodes of an author's Markdown, each in the place of its placeholder. */
export function placeValues(template: Root, values: readonly Placed[]): Root {
  return { type: 'root', children: template.children.flatMap((block) => blocksOf(block, values)) };
}

type Block = BlockContent | DefinitionContent;

function blocksOf(node: RootContent, values: readonly Placed[]): Block[] {
  switch (node.type) {
    case 'paragraph':
      return paragraphsOf(node.children, values);
    case 'list': {
      const children = node.children.map((item) => ({
        ...item,
        children: item.children.flatMap((block) => blocksOf(block, values)),
      }));
      return [{ ...node, children }];
    }
    case 'code':
      return [node];
    default: // canonical Markdown has no other blocks
      return [];
  }
}

/** A value of several paragraphs parts the paragraph that it stands in. */
function paragraphsOf(nodes: readonly PhrasingContent[], values: readonly Placed[]): Block[] {
  const blocks: Block[] = [];
  let words: PhrasingContent[] = [];
  const endParagraph = (): void => {
    blocks.push({ type: 'paragraph', children: words });
    words = [];
  };
  for (const node of nodes) {
    if (node.type !== 'text') {
      words.push(...wordsOf(node, values));
      continue;
    }
    for (const part of partsOf(node.value, values)) {
      if (typeof part === 'string') words.push(...linesOf(part));
      else {
        for (const [i, block] of part.children.entries()) {
          if (i > 0 || block.type !== 'paragraph') endParagraph();
          if (block.type === 'paragraph') words.push(...block.children);
          else if (block.type === 'list' || block.type === 'code') blocks.push(block);
        }
      }
    }
  }
  endParagraph();
  return blocks;
}

/** Within a mark a value is one run of words. */
function wordsOf(node: PhrasingContent, values: readonly Placed[]): PhrasingContent[] {
  switch (node.type) {
    case 'text':
      return partsOf(node.value, values).flatMap((part) =>
        typeof part === 'string' ? linesOf(part) : phrasesOf(part),
      );
    case 'strong':
    case 'emphasis':
    case 'delete':
    case 'link':
      return [{ ...node, children: node.children.flatMap((child) => wordsOf(child, values)) }];
    default:
      return [node];
  }
}

function phrasesOf(node: Nodes): PhrasingContent[] {
  if (node.type === 'paragraph') return node.children;
  if (!('children' in node)) return 'value' in node ? linesOf(node.value) : [];
  return node.children.flatMap((child, i): PhrasingContent[] =>
    i === 0 ? phrasesOf(child) : [{ type: 'break' }, { type: 'break' }, ...phrasesOf(child)],
  );
}

function linesOf(text: string): PhrasingContent[] {
  return text
    .split(/\r\n?|\n/)
    .flatMap((value, i): PhrasingContent[] =>
      i === 0 ? [{ type: 'text', value }] : [{ type: 'break' }, { type: 'text', value }],
    );
}

/** The static texts and the values of a text node, in their order. */
function partsOf(text: string, values: readonly Placed[]): Placed[] {
  return text.split(placeholder).map((part, i) => (i % 2 === 0 ? part : (values[Number(part)] ?? '')));
}
