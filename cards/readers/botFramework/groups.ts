import type { Component } from '../../card.ts';
import { kindOf } from '../../components/componentTypes.ts';

/** Says whether components are a card of their own: words, with one picture or one group of buttons or both. */
export function isCard(components: readonly Component[]): boolean {
  const kinds = components.filter(({ type }) => type !== 'divider').map(kindOf);
  const count = (kind: 'picture' | 'buttons'): number => kinds.filter((one) => one === kind).length;
  const [pictures, groups] = [count('picture'), count('buttons')];
  return (
    kinds.every((kind) => kind !== undefined) &&
    kinds.includes('words') &&
    pictures <= 1 &&
    groups <= 1 &&
    pictures + groups > 0
  );
}

/** Which kinds of components a card holds: cards that stand side by side hold the same. */
function shapeOf(components: readonly Component[]): string {
  return [...new Set(components.map((one) => kindOf(one) ?? one.type))]
    .filter((kind) => kind !== 'divider')
    .sort()
    .join();
}

/** Says whether groups of components are cards of the same shape, such as products. */
export function areCards(groups: readonly (readonly Component[])[]): boolean {
  return (
    groups.length > 1 && groups.every(isCard) && new Set(groups.map((group) => shapeOf(group))).size === 1
  );
}

/** Groups of components side by side: a carousel; one group alone needs none. */
export function carouselOf(groups: readonly Component[][]): Component[] {
  const cards = groups
    .filter((group) => group.length > 0)
    .map((components) => ({ components: flatten(components) }));
  return cards.length > 1 ? [{ type: 'carousel', cards }] : cards.flatMap(({ components }) => components);
}

/** Pictures that follow each other become a carousel. */
function withPictureRows(components: readonly Component[]): Component[] {
  const shown: Component[] = [];
  let row: Component[][] = [];
  for (const one of components) {
    if (one.type === 'image') row.push([one]);
    else {
      shown.push(...carouselOf(row), one);
      row = [];
    }
  }
  return [...shown, ...carouselOf(row)];
}

/** Pictures, and cards of the same shape, that stand one below the other become a carousel; one card alone is no group. */
export function withCarousels(given: readonly Component[]): Component[] {
  const components = withPictureRows(given);
  const isSection = (one: Component | undefined) => one?.type === 'section';
  if (components.filter(isSection).length < 2) return flattenSections(components);
  const shown: Component[] = [];
  let row: Component[][] = [];
  const endRow = (): void => {
    if (areCards(row)) shown.push(...carouselOf(row));
    else shown.push(...row.map((group): Component => ({ type: 'section', components: group })));
    row = [];
  };
  for (const [i, one] of components.entries()) {
    if (one.type === 'section') {
      if (row.length > 0 && !areCards([...row, one.components])) endRow();
      row.push(one.components);
    } else if (one.type !== 'divider' || row.length === 0 || !isSection(components[i + 1])) {
      endRow();
      shown.push(one);
    }
  }
  endRow();
  return shown;
}

function flattenSections(components: readonly Component[]): Component[] {
  return components.flatMap((one) => (one.type === 'section' ? one.components : [one]));
}

/** The components in sections and carousels, one below the other. */
export function flatten(components: readonly Component[]): Component[] {
  return components.flatMap((one): Component[] => {
    if (one.type === 'section') return flatten(one.components);
    return one.type === 'carousel' ? one.cards.flatMap((card) => flatten(card.components)) : [one];
  });
}
