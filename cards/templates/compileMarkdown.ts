import type { Nodes, Root } from 'mdast';
import type { Json } from '../card.ts';
import { requireLength } from '../checks/treat.ts';
import { mayShowForeignAddress } from '../richText/bareAddresses.ts';
import { htmlToMarkdown } from '../richText/html.ts';
import { cleanMarkdown, cleanParsed, escapeMarkdown, parseMarkdown } from '../richText/markdown.ts';
import { cleanText } from '../richText/text.ts';
import { type Media, markBindings, placeholder, type TreatText, valueText } from './assemble.ts';
import { type CompileContext, templateError } from './compileContext.ts';
import type { Evaluate } from './evaluate.ts';
import type { Part } from './part.ts';
import { type Placed, placeValues } from './placeValues.ts';
import { rememberLast } from './rememberLast.ts';
import type { Scope } from './scope.ts';
import { quietRichText, quietValue } from './valuePlace.ts';

/** A bound value in its place. */
interface Place {
  readonly evaluate: Evaluate;
  readonly media: Media;
  /** Brings a value to Markdown of its own. */
  readonly treat: TreatText;
  /** What may be joined with the text around it as it is; undefined when nothing may. */
  readonly quiet: RegExp | undefined;
  /** The static text behind it. */
  readonly after: string;
}

/**
 * Markdown of the author, checked once, with values in it. No value can add a mark, a link or an address, or change those
 * around it: a value that means nothing beside its neighbours is escaped and joined with them, and any other is placed into
 * the tree that was read out of the author's text, which is then written anew.
 */
export function compileMarkdown(source: Json | undefined, context: CompileContext): Part<string> {
  const { text: marked, bindings } = markBindings(source, context);
  const text = cleanAuthorMarkdown(marked, context);
  if (bindings.length === 0) return { fixed: text };
  const template = parseMarkdown(text);
  const linked = requirePlaces(template, bindings.length, context);
  const treatments: Record<Media, TreatText> = {
    'text/plain': escapeMarkdown,
    'text/markdown': rememberLast((value) => cleanMarkdown(value, context.policy).text),
    'text/html': rememberLast((value) => htmlToMarkdown(value)),
  };
  const [first = '', ...rest] = text.split(placeholder);
  // Beside marks that touch, the writer spells a character as an entity: that of a placeholder, too.
  const isWhole = rest.length === 2 * bindings.length;
  let before = first;
  const places = bindings.map(({ evaluate, media }, i): Place => {
    const after = rest[2 * i + 1] ?? '';
    const mark = `\uE000${i}\uE001`;
    const behind = text.slice(before.length + mark.length);
    const quiet = media === 'text/plain' ? quietValue(before, behind) : quietRichText(before, behind);
    before += mark + after;
    // The words of a link may show a host that it does not lead to: they are judged as a whole.
    return {
      evaluate,
      media,
      treat: treatments[media],
      quiet: isWhole && !linked.has(i) ? quiet : undefined,
      after,
    };
  });

  const placeAll = (scope: Scope): string | undefined => {
    const values: Placed[] = [];
    for (const { evaluate, media, treat } of places) {
      const value = readValue(evaluate, media, scope, context);
      if (value === undefined) return undefined;
      requireLength(value, 'fieldText', () => context.path);
      values.push(media === 'text/plain' ? value : parseMarkdown(treat(value)));
    }
    return cleanParsed(placeValues(template, values), context.policy).text;
  };
  return {
    make: (scope) => {
      let made = first;
      for (const { evaluate, media, treat, quiet, after } of places) {
        const value = readValue(evaluate, media, scope, context);
        if (value === undefined) return undefined;
        if (quiet === undefined) return placeAll(scope);
        const treated = treat(value);
        if (!quiet.test(media === 'text/plain' ? value : treated)) return placeAll(scope);
        made += treated + after;
      }
      return mayShowForeignAddress(made, context.policy) ? placeAll(scope) : made;
    },
  };
}

function readValue(
  evaluate: Evaluate,
  media: Media,
  scope: Scope,
  context: CompileContext,
): string | undefined {
  const value = valueText(evaluate(scope), context);
  return value === undefined || media === 'text/html' ? value : cleanText(value, 'block');
}

/** Refuses a binding where no value can be shown. Gives the numbers of those in the words of a link. */
function requirePlaces(template: Root, count: number, context: CompileContext): Set<number> {
  const found: number[] = [];
  const linked = new Set<number>();
  let isAddress = false;
  const walk = (node: Nodes, inLink: boolean): void => {
    if (node.type === 'link' && /%EE%80%80/i.test(node.url)) isAddress = true;
    if (node.type === 'text') {
      for (const [, number] of node.value.matchAll(new RegExp(placeholder, 'g'))) {
        found.push(Number(number));
        if (inLink) linked.add(Number(number));
      }
    }
    if ('children' in node) for (const child of node.children) walk(child, inLink || node.type === 'link');
  };
  walk(template, false);
  if (!isAddress && found.length === count && found.every((number, i) => number === i)) return linked;
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
