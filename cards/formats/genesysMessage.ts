import type { Component } from '../card.ts';
import type { Change, CheckedCard } from '../checks/checkedCard.ts';
import { kindOf } from '../components/componentTypes.ts';
import { chunksOf } from '../components/pack.ts';
import { writeFallbackText } from '../components/say.ts';
import { limits } from '../limits.ts';
import { createBoldBlocks, joinBlocks } from '../richText/blocks.ts';
import { shorten } from '../richText/fitText.ts';
import { escapeForMessenger, writeMessenger } from '../richText/messengerDialect.ts';
import { formatGenesysCard, needsTextBefore } from './genesysCard.ts';
import type { GenesysContent, GenesysMessage } from './genesysContent.ts';
import { type GenesysDraft, isText } from './genesysDraft.ts';
import { type Run, runsOf, takeQuestion } from './genesysRuns.ts';

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
 * Titles, descriptions and labels are plain text; `text` is what clients show that draw no cards, in Messenger's dialect.
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
    // Several messages each say their own part, so that nothing is said twice.
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
      if (needsTextBefore(draft, heading)) {
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
