import type { Nodes, Root } from 'mdast';
import type { Json } from '../card.ts';
import { requireLength } from '../checks/treat.ts';
import { breakAddresses } from '../richText/bareAddresses.ts';
import { blocksOf, isPlainMarkdown } from '../richText/blocks.ts';
import { readHtml } from '../richText/html.ts';
import { cleanMarkdown, cleanParsed } from '../richText/markdown.ts';
import { cleanText } from '../richText/text.ts';
import { formatValue, type Media, markBindings, placeholder } from './assemble.ts';
import { type CompileContext, createTemplateError } from './compileContext.ts';
import type { Part } from './part.ts';
import { type Placed, placeValues } from './placeValues.ts';

const everyPlaceholder = new RegExp(placeholder, 'g');

/**
 * Markdown of the author, checked once, with values in it. No value can add a mark, a link or an address, or change those
 * around it: values are placed into the tree that was read out of the author's text, which is then written anew.
 */
export function compileMarkdown(source: Json | undefined, context: CompileContext): Part<string> {
  const { text: marked, bindings } = markBindings(source, context);
  const text = cleanAuthorMarkdown(marked, context);
  if (bindings.length === 0) return { fixed: text };
  const template = blocksOf(text);
  requirePlaces(template, bindings.length, context);
  const at = () => context.path;
  const isOneValue = text.replace(placeholder, '') === '';
  return {
    make: (scope) => {
      const values: Placed[] = new Array(bindings.length);
      for (const [i, { evaluate, media }] of bindings.entries()) {
        const value = formatValue(evaluate(scope), context);
        if (value === undefined) return undefined;
        values[i] = readValue(requireLength(value, 'fieldText', at), media, context);
      }
      const words = joinWords(text, values);
      if (words !== undefined) return breakAddresses(words, context.policy);
      const [first] = values;
      const placed = isOneValue && typeof first === 'object' ? first : placeValues(template, values);
      return cleanParsed(placed, context.policy).text;
    },
  };
}

/** A value as it is placed: words, or the blocks of what is marked. */
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
    `The Markdown holds what cannot be shown: ${dropped[0]}.`,
    'Use paragraphs, **bold**, *italic*, ~~strike~~, `code`, lists and https links; put bound addresses on a button.',
  );
}
