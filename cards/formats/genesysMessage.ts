import type { Component, QuickReply } from '../card.ts';
import type { Change, CheckedCard } from '../checks/checkedCard.ts';
import { limits } from '../limits.ts';
import { shorten } from '../templates/shorten.ts';
import { fallbackText } from './fallbackText.ts';
import { genesysCard } from './genesysCard.ts';
import type { GenesysContent, GenesysMessage } from './genesysContent.ts';
import { draftsOf, type GenesysDraft, type Leaf, messengerText, messengerTitle } from './genesysDraft.ts';

export type { GenesysAction, GenesysCard, GenesysContent, GenesysMessage, GenesysQuickReply } from './genesysContent.ts';

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
export function genesysMessage(
  checked: CheckedCard,
  options: GenesysMessageOptions = {},
): { messages: GenesysMessage[]; changes: Change[] } {
  const { maxText = limits.text.max } = options;
  const changes: Change[] = [];
  const { runs, replies } = runsOf(checked.card.components, changes);
  const question = replies.length > 0 ? takeQuestion(runs.at(-1)) : undefined;
  const parts = runs.flatMap((run) => partsOf(run, changes));

  const fit = (text: string): string => {
    if (text.length > maxText) changes.push({ path: '$', what: `a text was shortened to ${maxText} characters` });
    return shorten(text, maxText);
  };
  const messages = parts.map((part): GenesysMessage => {
    if ('text' in part) return { type: 'Text', text: fit(part.text) };
    // Several messages each say their own part, so that nothing is said twice.
    const text = parts.length === 1 && question === undefined ? checked.text : fallbackText(part.components);
    return { type: 'Structured', text: fit(messengerText(text)), content: [part.content] };
  });
  for (const [i, some] of chunks(replies, limits.quickReplies.max).entries()) {
    const text = i === 0 && question !== undefined ? textOf(question) : messengerText(some.map((r) => r.label).join(between));
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

/** What stands between carousels, or one carousel. */
type Run = { drafts: GenesysDraft[] } | { carousel: Component & { type: 'carousel' }; path: string };

/** Takes sections apart and quick replies out; what remains is in the order of the card. */
function runsOf(components: readonly Component[], changes: Change[]): { runs: Run[]; replies: QuickReply[] } {
  const replies: QuickReply[] = [];
  let leaves: Leaf[] = [];
  const runs: Run[] = [];
  const endRun = (): void => {
    const drafts = draftsOf(leaves, changes);
    if (drafts.length > 1) changes.push({ path: '$.components', what: `shown as ${drafts.length} messages` });
    runs.push({ drafts });
    leaves = [];
  };
  let moved: string | undefined;
  const walk = (list: readonly Component[], path: string): void => {
    for (const [i, component] of list.entries()) {
      const at = `${path}[${i}]`;
      if (component.type === 'section') walk(component.components, `${at}.components`);
      else if (component.type === 'quickReplies') {
        replies.push(...component.replies);
        moved ??= at;
      } else {
        if (moved !== undefined) changes.push({ path: moved, what: 'moved to the end: quick replies come last' });
        moved = undefined;
        if (component.type === 'carousel') {
          endRun();
          runs.push({ carousel: component, path: at });
        } else leaves.push({ component, path: at });
      }
    }
  };
  walk(components, '$.components');
  endRun();
  return { runs, replies };
}

/** Takes the text right before the quick replies out of its run: it is what they answer. */
function takeQuestion(run: Run | undefined): GenesysDraft | undefined {
  if (run === undefined || !('drafts' in run)) return undefined;
  const last = run.drafts.at(-1);
  return last !== undefined && isText(last) ? run.drafts.pop() : undefined;
}

function partsOf(run: Run, changes: Change[]): Part[] {
  if ('drafts' in run) {
    let heading: string | undefined;
    return run.drafts.map((draft): Part => {
      if (draft.title === undefined && isText(draft)) return { text: textOf(draft) };
      const card = genesysCard(draft, heading, changes);
      heading = card.title;
      return { content: { contentType: 'Card', card }, components: draft.components };
    });
  }
  const drafts = run.carousel.cards.flatMap(({ components }, i) => {
    const path = `${run.path}.cards[${i}]`;
    const all = draftsOf(leavesOf(components, `${path}.components`), changes);
    if (all.length > 1) changes.push({ path, what: `shown as ${all.length} cards` });
    return all;
  });
  const groups = chunks(drafts, limits.carouselCards.max);
  if (groups.length > 1) changes.push({ path: run.path, what: `shown as ${groups.length} carousels` });
  return groups.map((group): Part => {
    const cards = group.map((draft) => genesysCard(draft, undefined, changes));
    const components = group.flatMap((draft) => draft.components);
    const [only] = cards;
    // Some channels refuse a carousel of one card.
    if (cards.length === 1 && only !== undefined) {
      return { content: { contentType: 'Card', card: only }, components };
    }
    return { content: { contentType: 'Carousel', carousel: { cards } }, components };
  });
}

/** A carousel's card holds no carousel and no quick replies, so its leaves are one run. */
function leavesOf(components: readonly Component[], path: string): Leaf[] {
  return components.flatMap((component, i): Leaf[] => {
    const at = `${path}[${i}]`;
    if (component.type === 'section') return leavesOf(component.components, `${at}.components`);
    return component.type === 'carousel' || component.type === 'quickReplies' ? [] : [{ component, path: at }];
  });
}

const isText = ({ image, actions }: GenesysDraft): boolean => image === undefined && actions.length === 0;

function textOf({ title, lines }: GenesysDraft): string {
  const texts = lines.map((line) => line.messenger);
  return (title === undefined ? texts : [messengerTitle(title), ...texts]).join('\n').trimEnd();
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
