import type { Content } from '../conversations/message.ts';
import { writeCardText } from '../guestApi/cardRules.ts';
import type { Component, GuestCard } from '../guestApi/cardSchema.ts';

/** A message of Genesys' normalized form. */
interface Normalized {
  type: 'Text' | 'Structured';
  text: string;
  content?: Content[];
}

type Action =
  | { type: 'Link'; text: string; url: string }
  | { type: 'Postback'; text: string; payload: string };

const sortComponents = (components: readonly Component[]): Component[] =>
  components.flatMap((one) => (one.type === 'section' ? sortComponents(one.components) : [one]));

/** Genesys' links are https; another one stays in the text. */
const actionsOf = (components: readonly Component[]): Action[] =>
  components.flatMap((one): Action[] => {
    if (one.type === 'quickReplies')
      return one.replies.map(({ label, payload }) => ({ type: 'Postback', text: label, payload }));
    if (one.type !== 'buttonGroup') return [];
    return one.buttons.flatMap(({ label, action, payload }): Action[] => {
      if (action !== 'openUrl') return [{ type: 'Postback', text: label, payload }];
      return payload.startsWith('https:') ? [{ type: 'Link', text: label, url: payload }] : [];
    });
  });

function cardOf(components: readonly Component[]): object | undefined {
  const parts = sortComponents(components);
  const actions = actionsOf(parts);
  const image = parts.find((one) => one.type === 'image')?.url;
  const header = parts.find((one) => one.type === 'header');
  const isInText = (one: Component) =>
    one !== header && one.type !== 'image' && one.type !== 'buttonGroup' && one.type !== 'quickReplies';
  const lines = writeCardText({ components: parts.filter(isInText) }).split('\n');
  const unlinked = parts.flatMap((one) =>
    one.type !== 'buttonGroup'
      ? []
      : one.buttons
          .filter(({ action, payload }) => action === 'openUrl' && !payload.startsWith('https:'))
          .map(({ label, payload }) => `${label}: ${payload}`),
  );
  const all = [...lines, ...unlinked].filter((line) => line !== '');
  if (actions.length === 0 && image === undefined) return undefined;
  const [title = actions[0]?.text ?? '', ...rest] = header === undefined ? all : [header.text, ...all];
  return {
    title,
    description: rest.join('\n'),
    ...(image === undefined ? {} : { image }),
    actions,
  };
}

/**
 * A card of the guest route for clients that know Genesys' own content only: a Card or a Carousel, quick replies, or its
 * plain text.
 */
export function createCardMessage(card: GuestCard): Normalized {
  const text = writeCardText(card);
  const carousel = card.components.find((one) => one.type === 'carousel');
  const rest = card.components.filter((one) => one !== carousel);
  if (carousel !== undefined) {
    const cards = carousel.cards.map(({ components }) => cardOf(components) ?? createPlainCard(components));
    const lead = writeCardText({ components: rest });
    const content = [{ contentType: 'Carousel', carousel: { cards } }];
    return { type: 'Structured', text: lead === '' ? text : lead, content };
  }
  const replies = rest.flatMap((one) => (one.type === 'quickReplies' ? one.replies : []));
  const others = rest.filter((one) => one.type !== 'quickReplies');
  const only = cardOf(others);
  if (only === undefined && replies.length > 0) {
    const content = replies.map(({ label, payload }) => ({
      contentType: 'QuickReply',
      quickReply: { text: label, payload, action: 'Message' },
    }));
    return { type: 'Structured', text: writeCardText({ components: others }) || text, content };
  }
  const whole = cardOf(rest);
  if (whole === undefined) return { type: 'Text', text };
  return { type: 'Structured', text, content: [{ contentType: 'Card', card: whole }] };
}

function createPlainCard(components: readonly Component[]): object {
  const [title = '', ...rest] = writeCardText({ components }).split('\n');
  return { title, description: rest.join('\n'), actions: [] };
}
