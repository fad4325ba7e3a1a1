import type { Component } from '../card.ts';
import type { Change } from '../checks/checkedCard.ts';
import {
  chunksOf,
  mapInner,
  moduleOf,
  pack,
  sizeOf,
  sizeOfAll,
  withoutEdges,
} from '../components/componentTypes.ts';
import { limits } from '../limits.ts';

/**
 * Makes a card fit that its values made too large: `degrade` leaves out the items over a list's limit; `split` continues
 * them in a further group of the same kind and, over the component limit, in a further card. Both report it in `changes`.
 */
export function fitComponents(
  components: Component[],
  mode: 'split' | 'degrade',
  changes: Change[],
): Component[][] {
  const fitted = components.flatMap((component, i) =>
    fitLists(component, mode, `$.components[${i}]`, changes),
  );
  const groups = pack(fitted, (group) => sizeOfAll(group) <= limits.components.max);
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

function fitLists(
  component: Component,
  mode: 'split' | 'degrade',
  path: string,
  changes: Change[],
): Component[] {
  if (component.type === 'carousel') return fitCarousel(component, mode, path, changes);
  if (component.type === 'section') {
    const fitInner = (inner: readonly Component[], step: string): Component[] =>
      inner.flatMap((one, i) => fitLists(one, mode, `${path}${step}[${i}]`, changes));
    return [mapInner(component, fitInner)];
  }
  const values: { readonly [name: string]: unknown } = component;
  for (const [name, member] of Object.entries(moduleOf(component.type).members)) {
    const list = values[name];
    if (member.kind !== 'list' || !Array.isArray(list)) continue;
    const { max } = limits[member.limit];
    if (list.length <= max) continue;
    const groups = chunksOf(list, max);
    const isSplit = mode === 'split' && !member.once;
    changes.push({
      path: `${path}.${name}`,
      what: isSplit
        ? `split into ${groups.length} groups`
        : `left out ${list.length - max} of ${list.length}`,
    });
    return groups.slice(0, isSplit ? undefined : 1).map((items) => ({ ...component, [name]: items }));
  }
  return [component];
}

/** A carousel is over when it has too many cards or when its cards have too many components. */
function fitCarousel(
  carousel: Component & { type: 'carousel' },
  mode: 'split' | 'degrade',
  path: string,
  changes: Change[],
): Component[] {
  const groups = pack(carousel.cards, (cards) => {
    const size = sizeOf({ ...carousel, cards: [...cards] });
    return cards.length <= limits.carouselCards.max && size <= limits.components.max;
  });
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
