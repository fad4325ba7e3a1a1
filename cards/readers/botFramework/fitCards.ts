import type { Button, CarouselCard, Component, QuickReply } from '../../card.ts';
import {
  chunksOf,
  kindOf,
  mapInner,
  pack,
  sizeOf,
  sizeOfAll,
  withoutEdges,
} from '../../components/componentTypes.ts';
import { limits } from '../../limits.ts';
import { joinMarkdown } from '../../richText/fitText.ts';
import type { Converted } from './attachments.ts';
import { groupButtons } from './buttons.ts';
import type { Conversion } from './conversion.ts';

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

/** Fits the components of one attachment into as many cards as they need: split between groups, never inside one. */
export function fitCards({ components, path }: Converted, conversion: Conversion): Component[][] {
  const units = joinTexts(components).flatMap((one) => unitsOf(one, conversion.maxComponents));
  const cards = pack(units, (group) => sizeOfAll(group) <= conversion.maxComponents).map(withoutEdges);
  if (cards.length > 1) conversion.note(path, `split into ${cards.length} cards`);
  return cards.map((card) => distinguishAnswers(card, path, conversion));
}

/**
 * Fits attachments that stand side by side into carousels; undefined, noted, when one of them is too large for a carousel.
 */
export function fitCarousels(
  attachments: readonly Converted[],
  path: string,
  conversion: Conversion,
): Component[][] | undefined {
  const cards = attachments
    .map((one): CarouselCard => ({ components: withoutEdges(joinTexts(withoutReplies(one, conversion))) }))
    .filter(({ components }) => components.length > 0);
  const room = conversion.maxComponents - 1;
  if (cards.some(({ components }) => components.length > room)) {
    conversion.note(path, 'shown one below the other: a card is too large for a carousel');
    return undefined;
  }
  const groups = splitEvenly(cards, room);
  if (groups.length > 1) conversion.note(path, `split into ${groups.length} carousels`);
  return groups.map((group) => distinguishAnswers([{ type: 'carousel', cards: group }], path, conversion));
}

/** Returns a carousel as carousels that fit, and a group that is too large for any card as its components. */
function unitsOf(component: Component, max: number): Component[] {
  if (component.type === 'section') return sizeOf(component) <= max ? [component] : flatten([component]);
  if (component.type !== 'carousel') return [component];
  if (component.cards.some(({ components }) => sizeOfAll(components) > max - 1)) return flatten([component]);
  return splitEvenly(component.cards, max - 1).map((cards) => ({ type: 'carousel', cards }));
}

/** Joins texts that follow each other, because components are few; one right before a picture may be its caption. */
function joinTexts(components: readonly Component[]): Component[] {
  const joined: Component[] = [];
  for (const [i, one] of components.entries()) {
    const component = mapInner(one, joinTexts);
    const previous = joined.at(-1);
    if (component.type === 'body' && previous?.type === 'body' && components[i + 1]?.type !== 'image') {
      const texts = [previous.text, component.text];
      const text = component.markdown === true ? joinMarkdown(texts) : texts.join('\n\n');
      if (text.length <= limits.body.max) {
        joined.splice(-1, 1, { ...previous, text });
        continue;
      }
    }
    joined.push(component);
  }
  return joined;
}

/** A card of a carousel has no quick replies: they become buttons; and it holds no carousel. */
function withoutReplies({ components, path }: Converted, conversion: Conversion): Component[] {
  return flatten(components).flatMap((component): Component[] => {
    if (component.type !== 'quickReplies') return [component];
    conversion.note(path, 'quick replies became buttons: a carousel has none');
    const buttons = component.replies.map((reply): Button => ({ ...reply, action: 'postback' }));
    return groupButtons(buttons, path, conversion);
  });
}

/** As few carousels as can be, and about equally long ones. */
function splitEvenly(cards: readonly CarouselCard[], room: number): CarouselCard[][] {
  const fits = (group: readonly CarouselCard[]): boolean =>
    group.reduce((sum, { components }) => sum + components.length, 0) <= room;
  const full = pack(cards, fits).flatMap((group) => chunksOf(group, limits.carouselCards.max));
  const even = chunksOf(cards, Math.ceil(cards.length / full.length));
  return even.every(fits) ? even : full;
}

/**
 * Makes every answer of a card its own: Genesys cannot distinguish two buttons with the same label and payload. A button
 * that repeats another gets a number, a quick reply that does is left out.
 */
function distinguishAnswers(
  components: readonly Component[],
  path: string,
  conversion: Conversion,
): Component[] {
  const seen = new Set<string>();
  const isNew = (label: string, payload: string): boolean => {
    const key = `${payload}\n${label}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
  const buttonOf = (button: Button): Button => {
    if (button.action === 'openUrl' || isNew(button.label, button.payload)) return button;
    const payload = conversion.clicks?.again(button.payload);
    if (payload !== undefined) return { ...button, payload };
    let number = 2;
    const { max } = limits.label;
    const numbered = (): string => `${button.label.slice(0, max - 6).toWellFormed()} (${number})`;
    while (!isNew(numbered(), button.payload)) number += 1;
    conversion.note(path, 'equal buttons were numbered: Genesys cannot tell them apart');
    return { ...button, label: numbered() };
  };
  const replyOf = (reply: QuickReply): QuickReply[] => {
    if (isNew(reply.label, reply.payload)) return [reply];
    conversion.note(path, 'left out: a duplicate quick reply');
    return [];
  };
  const apart = (list: readonly Component[]): Component[] =>
    list.flatMap((component): Component[] => {
      if (component.type === 'buttonGroup')
        return [{ ...component, buttons: component.buttons.map(buttonOf) }];
      if (component.type !== 'quickReplies') return [mapInner(component, apart)];
      const replies = component.replies.flatMap(replyOf);
      return replies.length === 0 ? [] : [{ ...component, replies }];
    });
  return apart(components);
}
