import { createBadRequest, parseOrRefuse } from '../http/jsonPath.ts';
import { type Component, cardLimits, type GuestCard, postSchema } from './cardSchema.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The lists of components that a component of whatever shape holds, each with its path. */
function listInnerLists(component: unknown, path: string): [unknown, string][] {
  if (!isObject(component)) return [];
  const lists: [unknown, string][] = [];
  if ('components' in component) lists.push([component.components, `${path}.components`]);
  if (Array.isArray(component.cards)) {
    component.cards.forEach((card: unknown, at) => {
      if (isObject(card)) lists.push([card.components, `${path}.cards[${at}].components`]);
    });
  }
  return lists;
}

/** Depth and count are measured before the schema walks the tree, so that a huge tree costs little. */
function refuseHugeTree(components: unknown, path: string): void {
  let count = 0;
  const walk = (list: unknown, at: string, depth: number) => {
    if (!Array.isArray(list)) return;
    list.forEach((component: unknown, index) => {
      const here = `${at}[${index}]`;
      count += 1;
      if (depth > cardLimits.depth) {
        throw createBadRequest(
          [{ path: here, message: `deeper than ${cardLimits.depth} levels` }],
          'card.too.deep',
        );
      }
      if (count > cardLimits.components) {
        throw createBadRequest(
          [{ path: here, message: `more than ${cardLimits.components} components` }],
          'card.too.many.components',
        );
      }
      for (const [inner, innerPath] of listInnerLists(component, here)) walk(inner, innerPath, depth + 1);
    });
  };
  walk(components, path, 1);
}

/** The conversation and the card of a post on the guest route; anything not allowed is a 400 that says where. */
export function readPost(body: unknown): { conversationId: string; card: GuestCard } {
  const card = isObject(body) && isObject(body.message) ? body.message.card : undefined;
  if (isObject(card)) refuseHugeTree(card.components, 'message.card.components');
  const { conversationId, message } = parseOrRefuse(postSchema, body);
  return { conversationId, card: message.card };
}

/** Markdown without its marks: the words, and a link's address behind them. */
const withoutMarks = (markdown: string): string =>
  markdown
    .replace(/(?<!\\)\[((?:\\.|[^\]\\])*)\]\(<?([^()\s>]*)>?\)/g, '$1 ($2)')
    .replace(/(?<![\\*])(\*\*|~~)(?=\S)(.+?)(?<=[^\s\\])\1/g, '$2')
    .replace(/(?<![\\\p{L}\p{N}])([*_])(?=\S)(.+?)(?<=[^\s\\])\1(?![\p{L}\p{N}])/gu, '$2')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1');

function lineOf(component: Component): string[] {
  switch (component.type) {
    case 'header':
      return [component.text];
    case 'body':
      return [component.markdown ? withoutMarks(component.text) : component.text];
    case 'image':
      return component.altText === '' ? [] : [`[${component.altText}]`];
    case 'video':
      return [`${component.label}: ${component.url}`];
    case 'facts':
      return component.items.map((item) => `${item.label}: ${item.value}`);
    case 'section':
      return component.components.flatMap(lineOf);
    case 'carousel':
      return component.cards.flatMap((card) => card.components.flatMap(lineOf));
    case 'buttonGroup':
      return component.buttons.map((button) =>
        button.action === 'openUrl' ? `${button.label}: ${button.payload}` : `[${button.label}]`,
      );
    case 'quickReplies':
      return [component.replies.map((reply) => `[${reply.label}]`).join(' ')];
    case 'divider':
      return [];
  }
}

/** The card as plain text, a line a component: what a client that knows no cards shows. */
export const writeCardText = ({ components }: { components: readonly Component[] }): string =>
  components.flatMap(lineOf).join('\n');
