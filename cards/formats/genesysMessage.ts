import type { Component } from '../card.ts';
import type { Change, CheckedCard } from '../checks/checkedCard.ts';
import type { GenesysAction } from '../components/componentModule.ts';
import { chunksOf, kindOf, writeFallbackText } from '../components/componentTypes.ts';
import { makeLazily } from '../lazily.ts';
import { limits } from '../limits.ts';
import { createBoldBlocks, joinBlocks } from '../richText/blocks.ts';
import { shorten } from '../richText/fitText.ts';
import { escapeForMessenger, writeMessenger } from '../richText/messengerDialect.ts';
import { type GenesysDraft, isText, type Run, runsOf, takeQuestion } from './genesysDraft.ts';

/**
 * Genesys Cloud's normalized message, as far as a card needs it. The models allow leaving `description`, `actions` and the
 * text of an action out; the mobile client does not show such a card, so here they are required.
 */
export type GenesysMessage =
  | { type: 'Text'; text: string }
  | { type: 'Structured'; text: string; content: GenesysContent[] };

/** One item of a structured message. */
export type GenesysContent =
  | { contentType: 'Card'; card: GenesysCard }
  | { contentType: 'Carousel'; carousel: { cards: GenesysCard[] } }
  | { contentType: 'QuickReply'; quickReply: GenesysQuickReply };

/** All that Genesys knows of a card: plain text, one picture, buttons. */
export interface GenesysCard {
  title: string;
  /** May be empty. */
  description: string;
  /** A https address. */
  image?: string;
  actions: GenesysAction[];
}

/** A chip below the message. */
export interface GenesysQuickReply {
  text: string;
  payload: string;
  action: 'Message';
}

/** How much a Genesys message may hold. */
export interface GenesysMessageOptions {
  /** Characters of one message's text; default `limits.text`. */
  maxText?: number;
}

/** Stands between the labels of quick replies where only text can be shown. */
const between = ' / ';

/**
 * Shows a card in Genesys Cloud's normalized message format, for bots that answer through Architect.
 *
 * Titles, descriptions and labels are plain text; `text` is for clients that draw no cards, in Messenger's dialect.
 * Components that do not fit one Genesys card follow in further messages. Quick replies come last, in a message of their
 * own, whose text is the text right before them. Looks (button and header styles) are the client's business; everything
 * else that a Genesys card cannot hold is named in `changes`.
 */
export function formatGenesysMessage(
  checked: CheckedCard,
  options: GenesysMessageOptions = {},
): { messages: GenesysMessage[]; changes: Change[] } {
  const { maxText = limits.text.max } = options;
  const changes: Change[] = [];
  const { runs, replies } = runsOf(checked.card.components, changes);
  const question = replies.length > 0 ? takeQuestion(runs.at(-1)) : undefined;
  const parts = runs.flatMap((run) => partsOf(run, changes));

  const fit = (text: string): string => {
    if (text.length > maxText)
      changes.push({ path: '$', what: `a text was shortened to ${maxText} characters` });
    return shorten(text, maxText);
  };
  const messages = parts.map((part): GenesysMessage => {
    if ('text' in part) return { type: 'Text', text: fit(part.text) };
    // Of several messages, each has the text of its own part, so that no text is shown twice.
    const text =
      parts.length === 1 && question === undefined ? checked.text : writeFallbackText(part.components);
    return { type: 'Structured', text: fit(escapeForMessenger(text)), content: [part.content] };
  });
  for (const [i, some] of chunksOf(replies, limits.quickReplies.max).entries()) {
    const text =
      i === 0 && question !== undefined
        ? textOf(question)
        : escapeForMessenger(some.map((reply) => reply.label).join(between));
    messages.push({
      type: 'Structured',
      text: fit(text),
      content: some.map(({ label, payload }) => ({
        contentType: 'QuickReply',
        quickReply: { text: label, payload, action: 'Message' },
      })),
    });
  }
  return { messages, changes };
}

/** One message to be: a text, or a card or carousel with the components that it shows. */
type Part = { text: string } | { content: GenesysContent; components: readonly Component[] };

function partsOf(run: Run, changes: Change[]): Part[] {
  if (run.kind === 'drafts') {
    let heading: string | undefined;
    return run.drafts.flatMap((draft): Part[] => {
      if (draft.title === undefined && isText(draft)) return [{ text: textOf(draft) }];
      const parts: Part[] = [];
      let rest = draft;
      if (findWords(draft, heading) === undefined) {
        parts.push({ text: textOf(draft) });
        const components = draft.components.filter((one) => kindOf(one) === 'buttons');
        rest = { ...draft, texts: [], components };
      }
      const card = formatGenesysCard(rest, heading, changes);
      heading = card.title;
      return [...parts, { content: { contentType: 'Card', card }, components: rest.components }];
    });
  }
  const groups = chunksOf(run.cards, limits.carouselCards.max);
  if (groups.length > 1) changes.push({ path: run.path, what: `shown as ${groups.length} carousels` });
  return groups.map((group): Part => {
    const cards = group.map((draft) => formatGenesysCard(draft, undefined, changes));
    const components = group.flatMap((draft) => draft.components);
    const [only] = cards;
    // Some channels refuse a carousel of one card.
    if (cards.length === 1 && only !== undefined) {
      return { content: { contentType: 'Card', card: only }, components };
    }
    return { content: { contentType: 'Carousel', carousel: { cards } }, components };
  });
}

/** Written as one text, because marks of one line could pair with marks of another. */
function textOf({ title, titleAt, texts }: GenesysDraft): string {
  const blocks = texts.map((text) => text.blocks);
  if (title !== undefined) blocks.splice(titleAt, 0, createBoldBlocks(title));
  return writeMessenger(joinBlocks(blocks));
}

/**
 * Makes the Genesys card of a draft. Without a header its title is its first line if that is short, else its
 * picture's alternative text, the title of the card before, its first words, or the labels of its buttons.
 */
function formatGenesysCard(draft: GenesysDraft, heading: string | undefined, changes: Change[]): GenesysCard {
  const { image, actions } = draft;
  const { title, description } = findWords(draft, heading) ?? cutDescription(draft);
  if (image !== undefined && title !== image.altText && !description.includes(image.altText)) {
    changes.push({ path: `${image.path}.altText`, what: 'left out: a Genesys card has no alternative text' });
  }
  for (const { marked } of draft.texts) {
    if (marked !== undefined)
      changes.push({ path: marked, what: 'shown without its marks: a Genesys card is plain text' });
  }
  return { title, description, ...(image === undefined ? {} : { image: image.url }), actions };
}

/** The words of a Genesys card. */
type Words = Pick<GenesysCard, 'title' | 'description'>;

/** The title and description of a card; undefined for a text that is too long for a title and has no short first sentence. */
function findWords(draft: GenesysDraft, heading: string | undefined): Words | undefined {
  const { title: given, image, actions } = draft;
  const description = descriptionOf(draft);
  if (given !== undefined) return { title: given, description };
  const [first = '', ...rest] = description.split('\n');
  if (first !== '' && first.length <= limits.title.max)
    return { title: first, description: rest.join('\n').trim() };
  const title = image?.altText ?? heading;
  if (title !== undefined) return { title: shorten(title, limits.title.max), description };
  if (description === '') {
    const labels = actions.map((action) => action.text).join(' / ');
    return { title: shorten(labels, limits.title.max), description };
  }
  const sentence = findFirstSentence(description);
  if (sentence === undefined) return undefined;
  return { title: sentence, description: description.slice(sentence.length).trim() };
}

function descriptionOf({ texts }: GenesysDraft): string {
  return texts
    .map(({ plain }) => plain)
    .join('\n')
    .trim();
}

/** The words of the description that fit into a title, and the words after them. */
function cutDescription(draft: GenesysDraft): Words {
  const text = descriptionOf(draft);
  const { max } = limits.title;
  const blank = text.lastIndexOf(' ', max);
  const half = /[\uDC00-\uDFFF]/.test(text[max] ?? '') ? max - 1 : max;
  const end = blank > max / 4 ? blank : half;
  return { title: text.slice(0, end).trim(), description: text.slice(end).trim() };
}

/** Made for the first card without a title: it takes 20 ms. */
const loadSentences = makeLazily(() => new Intl.Segmenter(undefined, { granularity: 'sentence' }));

/** The first sentence of a text, when it is short enough for a title; else undefined. */
function findFirstSentence(text: string): string | undefined {
  for (const { segment } of loadSentences().segment(text.slice(0, limits.title.max + 1))) {
    const sentence = segment.trim();
    return segment.length <= limits.title.max && /[.!?…。！？]$/.test(sentence) ? sentence : undefined;
  }
  return undefined;
}
