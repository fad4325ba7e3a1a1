import type { Nodes, Root } from 'mdast';
import type { Json } from '../card.ts';
import { requireLength } from '../checks/treat.ts';
import { blocksOf } from '../richText/blocks.ts';
import { htmlToMarkdown } from '../richText/html.ts';
import { cleanMarkdown, cleanParsed } from '../richText/markdown.ts';
import { cleanText } from '../richText/text.ts';
import { markBindings, placeholder, valueText } from './assemble.ts';
import { type CompileContext, templateError } from './compileContext.ts';
import type { Part } from './part.ts';
import { type Placed, placeValues } from './placeValues.ts';

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
  const isOneValue = text.replace(placeholder, '') === '';
  return {
    make: (scope) => {
      const values: Placed[] = [];
      for (const { evaluate, media } of bindings) {
        const value = valueText(evaluate(scope), context);
        if (value === undefined) return undefined;
        requireLength(value, 'fieldText', () => context.path);
        if (media === 'text/plain') {
          values.push(cleanText(value, 'block'));
          continue;
        }
        const markdown = media === 'text/html' ? htmlToMarkdown(value) : value;
        const { text: cleaned } = cleanMarkdown(markdown, context.policy);
        if (isOneValue) return cleaned;
        values.push(blocksOf(cleaned));
      }
      return cleanParsed(placeValues(template, values), context.policy).text;
    },
  };
}

/** Refuses a binding where no value can be shown. */
function requirePlaces(template: Root, count: number, context: CompileContext): void {
  const found: number[] = [];
  let isAddress = false;
  const walk = (node: Nodes): void => {
    if (node.type === 'link' && /%EE%80%80/i.test(node.url)) isAddress = true;
    if (node.type === 'text') {
      for (const [, number] of node.value.matchAll(new RegExp(placeholder, 'g'))) {
        found.push(Number(number));
      }
    }
    if ('children' in node) for (const child of node.children) walk(child);
  };
  walk(template);
  if (!isAddress && found.length === count && found.every((number, i) => number === i)) return;
  throw templateError(
    context,
    'A binding stands in an address or in code, where no value can be shown.',
    'Put a bound address on a button, and write the binding outside of `code`.',
  );
}

function cleanAuthorMarkdown(text: string, context: CompileContext): string {
  const { text: cleaned, dropped } = cleanMarkdown(cleanText(text, 'block'), context.policy);
  if (dropped.length === 0) return cleaned;
  throw templateError(
    context,
    `The Markdown holds what cannot be shown: ${dropped[0]}.`,
    'Use paragraphs, **bold**, *italic*, ~~strike~~, `code`, lists and https links; put bound addresses on a button.',
  );
}
