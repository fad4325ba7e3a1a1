import type { BlockContent, DefinitionContent, Nodes, PhrasingContent, Root, RootContent } from 'mdast';
import type { Json } from '../card.ts';
import { requireShown } from '../checks/treat.ts';
import { requireLength } from '../limits.ts';
import { breakAddresses } from '../richText/bareAddresses.ts';
import { blocksOf, isPlainMarkdown } from '../richText/blocks.ts';
import { shortenMarkdown } from '../richText/fitText.ts';
import { readHtml } from '../richText/html.ts';
import { cleanMarkdown, cleanParsed } from '../richText/markdown.ts';
import { cleanText } from '../richText/text.ts';
import { type CompileContext, createTemplateError } from './compileContext.ts';
import { fit, formatValue, type Media, markBindings, placeholder } from './compileText.ts';
import { mapPart, type Part } from './evaluate.ts';

const everyPlaceholder = new RegExp(placeholder, 'g');

/**
 * A body in Markdown: the author's text, checked once, with values in it. No value can add a mark, a link or an address, or change those
 * around it: values are placed into the tree that was read out of the author's text, which is then written anew.
 */
export function compileMarkdown(source: Json | undefined, context: CompileContext): Part<string> {
  const at = () => context.path;
  // A text that must be cut loses its marks, for the cut might open one.
  return mapPart(assembleMarkdown(source, context), (text, scope) =>
    requireShown(fit(text, 'body', context, scope, shortenMarkdown), 'body', at),
  );
}

function assembleMarkdown(source: Json | undefined, context: CompileContext): Part<string> {
  const { text: marked, bindings } = markBindings(source, context);
  const text = cleanAuthorMarkdown(marked, context);
  if (bindings.length === 0) return { fixed: text };
  const template = blocksOf(text);
  requirePlaces(template, bindings.length, context);
  const at = () => context.path;
  const isOneValue = text.replace(placeholder, '') === '';
  return {
    make: (scope) => {
      const values: Placed[] = [];
      for (const { evaluate, media } of bindings) {
        const value = formatValue(evaluate(scope), context);
        if (value === undefined) return undefined;
        values.push(readValue(requireLength(value, 'fieldText', at), media, context));
      }
      const words = joinWords(text, values);
      if (words !== undefined) return breakAddresses(words, context.policy);
      const [first] = values;
      const placed = isOneValue && typeof first === 'object' ? first : placeValues(template, values);
      return cleanParsed(placed, context.policy).text;
    },
  };
}

/** Reads a value as plain words, or as blocks where it has marks. */
function readValue(value: string, media: Media, { policy }: CompileContext): Placed {
  if (media === 'text/plain') return cleanText(value, 'block');
  if (media === 'text/html') return readHtml(value);
  const { text } = cleanMarkdown(value, policy);
  return isOneLine(text) && isPlainMarkdown(text) ? text : blocksOf(text);
}

/** Words with words placed into them; undefined where anything could be markup, which is read and written anew. */
function joinWords(text: string, values: readonly Placed[]): string | undefined {
  if (!values.every((value) => typeof value === 'string' && isOneLine(value))) return undefined;
  const joined = text.replace(everyPlaceholder, (_, number: string) => String(values[Number(number)]));
  const words = cleanText(joined, 'block');
  return isPlainMarkdown(words) ? words : undefined;
}

/** A line break in a value is a hard one. */
const isOneLine = (text: string): boolean => !text.includes('\n');

/** Refuses a binding where no value can be shown. */
function requirePlaces(template: Root, count: number, context: CompileContext): void {
  const found: number[] = [];
  let isAddress = false;
  const walk = (node: Nodes): void => {
    if (node.type === 'link' && /%EE%80%80/i.test(node.url)) isAddress = true;
    if (node.type === 'text') {
      for (const [, number] of node.value.matchAll(everyPlaceholder)) {
        found.push(Number(number));
      }
    }
    if ('children' in node) for (const child of node.children) walk(child);
  };
  walk(template);
  if (!isAddress && found.length === count && found.every((number, i) => number === i)) return;
  throw createTemplateError(
    context,
    'A binding stands in an address or in code, where no value can be shown.',
    'Put a bound address on a button, and write the binding outside of `code`.',
  );
}

function cleanAuthorMarkdown(text: string, context: CompileContext): string {
  const { text: cleaned, dropped } = cleanMarkdown(cleanText(text, 'block'), context.policy);
  if (dropped.length === 0) return cleaned;
  throw createTemplateError(
    context,
    `A part of the Markdown cannot be shown: ${dropped[0]}.`,
    'Use paragraphs, **bold**, *italic*, ~~strike~~, `code`, lists and https links; put bound addresses on a button.',
  );
}

/** A value in the author's Markdown: plain words, or the blocks of its own Markdown. */
type Placed = string | Root;

/** Puts values into the text nodes of an author's Markdown, each in the place of its placeholder. */
export function placeValues(template: Root, values: readonly Placed[]): Root {
  return { type: 'root', children: template.children.flatMap((block) => placeIntoBlock(block, values)) };
}

type Block = BlockContent | DefinitionContent;

function placeIntoBlock(node: RootContent, values: readonly Placed[]): Block[] {
  switch (node.type) {
    case 'paragraph':
      return paragraphsOf(node.children, values);
    case 'list': {
      const children = node.children.map((item) => ({
        ...item,
        children: item.children.flatMap((block) => placeIntoBlock(block, values)),
      }));
      return [{ ...node, children }];
    }
    case 'code':
      return [node];
    default: // canonical Markdown has no other blocks
      return [];
  }
}

/** A value of several paragraphs splits the paragraph around it. */
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
