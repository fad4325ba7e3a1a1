import type { Component, QuickReply } from '../card.ts';
import type { Change } from '../checks/checkedCard.ts';
import { draftsOf, type GenesysDraft, isText, type Leaf } from './genesysDraft.ts';

/** What stands between carousels, each draft a message; or a carousel, each draft a card of it. */
export type Run =
  | { kind: 'drafts'; drafts: GenesysDraft[] }
  | { kind: 'carousel'; cards: GenesysDraft[]; path: string };

/** Takes sections apart and quick replies out; what remains is in the order of the card. */
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
  const walk = (list: readonly Component[], path: string, section?: string): void => {
    for (const [i, component] of list.entries()) {
      const at = `${path}[${i}]`;
      if (component.type === 'section') walk(component.components, `${at}.components`, section ?? at);
      else if (component.type === 'quickReplies') {
        replies.push(...component.replies);
        moved ??= at;
      } else {
        if (moved !== undefined)
          changes.push({ path: moved, what: 'moved to the end: quick replies come last' });
        moved = undefined;
        if (component.type === 'carousel') {
          endRun();
          runs.push({ kind: 'carousel', cards: draftCarousel(component, at, changes), path: at });
        } else leaves.push({ component, path: at, section });
      }
    }
  };
  walk(components, '$.components');
  endRun();
  return { runs, replies };
}

/** Takes the text right before the quick replies out of its run: it is what they answer. */
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
    const drafts = draftsOf(leavesOf(components, `${at}.components`), changes);
    if (drafts.length > 1) changes.push({ path: at, what: `shown as ${drafts.length} cards` });
    return drafts;
  });
}

/** A carousel's card holds no carousel and no quick replies, so its leaves are one run. */
function leavesOf(components: readonly Component[], path: string): Leaf[] {
  return components.flatMap((component, i): Leaf[] => {
    const at = `${path}[${i}]`;
    if (component.type === 'section') return leavesOf(component.components, `${at}.components`);
    return component.type === 'carousel' || component.type === 'quickReplies'
      ? []
      : [{ component, path: at }];
  });
}
