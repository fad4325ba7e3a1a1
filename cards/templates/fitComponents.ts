import type { Component } from '../card.ts';
import type { Change } from '../checks/checkedCard.ts';
import { sizeOf, sizeOfAll } from '../components/componentTypes.ts';
import { limits } from '../limits.ts';

/**
 * Makes a card fit that its values made too large: `degrade` leaves out what is over a list's limit; `split` carries it on,
 * in a further group of the same kind and, over the component limit, in a further card. Both note it in `changes`.
 */
export function fitComponents(
  components: Component[],
  mode: 'split' | 'degrade',
  changes: Change[],
): Component[][] {
  const fitted = components.flatMap((component, i) =>
    fitLists(component, mode, `$.components[${i}]`, changes),
  );
  const groups: Component[][] = [];
  let current: Component[] = [];
  let count = 0;
  for (const component of fitted) {
    const size = sizeOf(component);
    if (count + size > limits.components.max && current.length > 0) {
      groups.push(current);
      current = [];
      count = 0;
    }
    current.push(component);
    count += size;
  }
  groups.push(current);
  if (groups.length === 1) return groups;
  const cards = groups.map(withoutEdges).filter((card) => card.length > 0);
  const [first = groups[0] ?? []] = cards;
  if (mode === 'split' && cards.length > 1) {
    changes.push({ path: '$.components', what: `split into ${cards.length} cards` });
    return cards;
  }
  changes.push({
    path: '$.components',
    what: `left out ${fitted.length - first.length} of ${fitted.length} components`,
  });
  return [first];
}

/** What is left of a card without the dividers at its edges: they part what stands on both sides of them. */
export function withoutEdges(components: readonly Component[]): Component[] {
  return components.slice(components.findIndex(isShown), components.findLastIndex(isShown) + 1);
}

function isShown(component: Component): boolean {
  return component.type === 'section' ? component.components.some(isShown) : component.type !== 'divider';
}

function fitLists(
  component: Component,
  mode: 'split' | 'degrade',
  path: string,
  changes: Change[],
): Component[] {
  const pieces = <T>(list: T[], max: number, key: string, how = mode): T[][] => {
    if (list.length <= max) return [list];
    const groups = Math.ceil(list.length / max);
    const what =
      how === 'split' ? `split into ${groups} groups` : `left out ${list.length - max} of ${list.length}`;
    changes.push({ path: `${path}.${key}`, what });
    const all = Array.from({ length: groups }, (_, i) => list.slice(i * max, (i + 1) * max));
    return how === 'split' ? all : all.slice(0, 1);
  };
  const fitAll = (list: Component[], at: string) =>
    list.flatMap((inner, i) => fitLists(inner, mode, `${at}[${i}]`, changes));
  switch (component.type) {
    case 'facts':
      return pieces(component.items, limits.facts.max, 'items').map((items) => ({ ...component, items }));
    case 'buttonGroup':
      return pieces(component.buttons, limits.buttons.max, 'buttons').map((buttons) => ({
        ...component,
        buttons,
      }));
    case 'quickReplies':
      // Only the last row of quick replies stays tappable, so a second one would hide the first.
      return pieces(component.replies, limits.quickReplies.max, 'replies', 'degrade').map((replies) => ({
        ...component,
        replies,
      }));
    case 'carousel':
      return fitCarousel(component, mode, path, changes);
    case 'section':
      return [{ ...component, components: fitAll(component.components, `${path}.components`) }];
    default:
      return [component];
  }
}

/** A carousel is over when it has too many cards or when its cards have too many components. */
function fitCarousel(
  carousel: Component & { type: 'carousel' },
  mode: 'split' | 'degrade',
  path: string,
  changes: Change[],
): Component[] {
  const groups: (typeof carousel.cards)[] = [];
  let current: typeof carousel.cards = [];
  let count = 1;
  for (const card of carousel.cards) {
    const size = sizeOfAll(card.components);
    const isFull = current.length >= limits.carouselCards.max || count + size > limits.components.max;
    if (isFull && current.length > 0) {
      groups.push(current);
      current = [];
      count = 1;
    }
    current.push(card);
    count += size;
  }
  groups.push(current);
  const [first = []] = groups;
  if (groups.length === 1) return [carousel];
  const left = carousel.cards.length - first.length;
  changes.push({
    path: `${path}.cards`,
    what:
      mode === 'split'
        ? `split into ${groups.length} carousels`
        : `left out ${left} of ${carousel.cards.length}`,
  });
  return (mode === 'split' ? groups : [first]).map((cards) => ({ ...carousel, cards }));
}
