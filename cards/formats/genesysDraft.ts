import type { Component, QuickReply } from '../card.ts';
import type { Change } from '../checks/checkedCard.ts';
import type { GenesysAction, GenesysText, GenesysWriter } from '../components/componentModule.ts';
import { kindOf, moduleOf } from '../components/componentTypes.ts';
import { limits } from '../limits.ts';
import { createBoldBlocks, joinBlocks } from '../richText/blocks.ts';

/** A component other than a section, with its JSON path in the card. */
interface Leaf {
  component: Component;
  path: string;
  /** The path of the section that it stands in. */
  section?: string | undefined;
}

/** The content of one Genesys card, or of one text message when it holds texts only. */
export interface GenesysDraft {
  title: string | undefined;
  /** The number of texts before the title. */
  titleAt: number;
  texts: GenesysText[];
  image: { url: string; altText: string; path: string } | undefined;
  actions: GenesysAction[];
  /** Its components. */
  components: Component[];
}

const createDraft = (): GenesysDraft => ({
  title: undefined,
  titleAt: 0,
  texts: [],
  image: undefined,
  actions: [],
  components: [],
});
/** Says whether a draft needs no card: it holds texts only. */
export const isText = ({ image, actions }: GenesysDraft): boolean =>
  image === undefined && actions.length === 0;

const blank: GenesysText = { plain: '', blocks: joinBlocks([]) };

/**
 * Sorts components into cards. A card ends where its order would be lost (anything after its buttons), and where Genesys
 * has no more room: a second picture, more than `limits.buttons`, more text than `limits.body`.
 */
function draftsOf(leaves: readonly Leaf[], changes: Change[]): GenesysDraft[] {
  let draft = createDraft();
  const drafts = [draft];
  const startAnother = (): void => {
    draft = createDraft();
    drafts.push(draft);
  };
  const add = (text: GenesysText): void => {
    const length = draft.texts.reduce((sum, { plain }) => sum + plain.length + 1, text.plain.length);
    if (length > limits.body.max && draft.texts.length > 0) startAnother();
    draft.texts.push(text);
  };

  const startAfterActions = (): void => {
    if (draft.actions.length > 0) startAnother();
  };
  const writer: GenesysWriter = {
    title(text) {
      startAfterActions();
      if (draft.title === undefined && draft.texts.every(isShort) && draft.texts.length <= 1) {
        draft.title = text;
        draft.titleAt = draft.texts.length;
        return;
      }
      if (draft.texts.length > 0) draft.texts.push(blank);
      add({ plain: text, blocks: createBoldBlocks(text) });
    },
    text(text) {
      startAfterActions();
      add(text);
    },
    gap() {
      startAfterActions();
      if (draft.texts.length > 0) draft.texts.push(blank);
    },
    image(image) {
      startAfterActions();
      if (draft.image !== undefined) startAnother();
      draft.image = image;
    },
    actions(actions) {
      if (draft.actions.length + actions.length > limits.buttons.max) startAnother();
      for (const action of actions) {
        if (!('what' in action)) draft.actions.push(action);
        else {
          add(action.text);
          changes.push({ path: action.path, what: action.what });
        }
      }
    },
  };
  for (const [i, { component, path }] of leaves.entries()) {
    if (draft.image !== undefined && (beginsPicture(leaves, i) || isCaption(leaves, i))) startAnother();
    moduleOf(component.type, path).draft?.(component, path, writer);
    draft.components.push(component);
  }
  return drafts.filter(isVisible);
}

/** Says whether a section begins here in which there is a picture. */
function beginsPicture(leaves: readonly Leaf[], i: number): boolean {
  const section = leaves[i]?.section;
  if (section === undefined || section === leaves[i - 1]?.section) return false;
  return leaves.some((leaf) => leaf.section === section && kindOf(leaf.component) === 'picture');
}

/**
 * Says whether a text right before a picture belongs to it: a text is also before the previous picture, and fewer texts follow
 * this picture than are between the two.
 */
function isCaption(leaves: readonly Leaf[], i: number): boolean {
  const isText = (at: number): boolean => kindOf(leaves[at]?.component) === 'words';
  const isPicture = (at: number): boolean => kindOf(leaves[at]?.component) === 'picture';
  if (!isText(i) || !isPicture(i + 1)) return false;
  let before = i;
  while (isText(before)) before -= 1;
  let after = i + 2;
  while (isText(after)) after += 1;
  return isPicture(before) && isText(before - 1) && after - (i + 2) < i - before;
}

/** Says whether a text is a short line, such as a category: the title after it stays the title. */
function isShort({ plain }: GenesysText): boolean {
  return plain.length <= limits.title.max && !plain.includes('\n');
}

/** Says whether a draft shows anything: one of dividers alone does not. */
function isVisible({ title, texts, image, actions }: GenesysDraft): boolean {
  return (
    title !== undefined || image !== undefined || actions.length > 0 || texts.some((text) => text !== blank)
  );
}

/** The components between carousels, each draft a message; or a carousel, each draft one of its cards. */
export type Run =
  | { kind: 'drafts'; drafts: GenesysDraft[] }
  | { kind: 'carousel'; cards: GenesysDraft[]; path: string };

/** Splits components into runs in the order of the card: sections are unwrapped, quick replies are returned apart. */
export function runsOf(
  components: readonly Component[],
  changes: Change[],
): { runs: Run[]; replies: QuickReply[] } {
  const replies: QuickReply[] = [];
  let leaves: Leaf[] = [];
  const runs: Run[] = [];
  const endRun = (): void => {
    const drafts = draftsOf(leaves, changes);
    if (drafts.length > 1) changes.push({ path: '$.components', what: `shown as ${drafts.length} messages` });
    runs.push({ kind: 'drafts', drafts });
    leaves = [];
  };
  let moved: string | undefined;
  for (const leaf of leavesOf(components, '$.components')) {
    const { component, path } = leaf;
    if (component.type === 'quickReplies') {
      replies.push(...component.replies);
      moved ??= path;
      continue;
    }
    if (moved !== undefined) changes.push({ path: moved, what: 'moved to the end: quick replies come last' });
    moved = undefined;
    if (component.type === 'carousel') {
      endRun();
      runs.push({ kind: 'carousel', cards: draftCarousel(component, path, changes), path });
    } else leaves.push(leaf);
  }
  endRun();
  return { runs, replies };
}

/** The components of a list and of its sections, without the sections. */
function leavesOf(components: readonly Component[], path: string, section?: string): Leaf[] {
  return components.flatMap((component, i): Leaf[] => {
    const at = `${path}[${i}]`;
    if (component.type !== 'section') return [{ component, path: at, section }];
    return leavesOf(component.components, `${at}.components`, section ?? at);
  });
}

/** Removes the text right before the quick replies from its run: it is the question that they answer. */
export function takeQuestion(run: Run | undefined): GenesysDraft | undefined {
  if (run?.kind !== 'drafts') return undefined;
  const last = run.drafts.at(-1);
  return last !== undefined && isText(last) ? run.drafts.pop() : undefined;
}

function draftCarousel(
  carousel: Component & { type: 'carousel' },
  path: string,
  changes: Change[],
): GenesysDraft[] {
  return carousel.cards.flatMap(({ components }, i) => {
    const at = `${path}.cards[${i}]`;
    // In a carousel a section does not start another card.
    const leaves = leavesOf(components, `${at}.components`).map((leaf) => ({ ...leaf, section: undefined }));
    const drafts = draftsOf(leaves, changes);
    if (drafts.length > 1) changes.push({ path: at, what: `shown as ${drafts.length} cards` });
    return drafts;
  });
}
