import { CodedError } from '../errors.ts';
import { body } from './body.ts';
import { buttonGroup } from './buttonGroup.ts';
import { carousel } from './carousel.ts';
import type { ChangeInner, ComponentModule, Members, ObjectOf, Said } from './componentModule.ts';
import { divider } from './divider.ts';
import { facts } from './facts.ts';
import { header } from './header.ts';
import { image } from './image.ts';
import { quickReplies } from './quickReplies.ts';
import { section } from './section.ts';
import { video } from './video.ts';

/** Every component type by its name. */
export const componentTypes = {
  header,
  body,
  image,
  video,
  facts,
  divider,
  buttonGroup,
  quickReplies,
  section,
  carousel,
};

type ComponentsByType = {
  [T in keyof typeof componentTypes]: ObjectOf<(typeof componentTypes)[T]['members']>;
};
/** A component of a card; sections and carousels hold further ones. */
export type Component = ComponentsByType[keyof ComponentsByType];

/** A button: `postback` and `webchat` send their payload to the conversation, `openUrl` opens it. */
export type Button = ComponentsByType['buttonGroup']['buttons'][number];
/** A one-tap answer below a card. */
export type QuickReply = ComponentsByType['quickReplies']['replies'][number];
/** One card of a carousel: components of its own, but no carousel and no quick replies inside. */
export type CarouselCard = ComponentsByType['carousel']['cards'][number];

type AnyModule = ComponentModule<Members, Component>;

const modules: ReadonlyMap<string, AnyModule> = new Map(Object.entries(componentTypes));

/** The modules of all types, for code that treats every type alike. */
export const componentModules: readonly AnyModule[] = [...modules.values()];

/**
 * Returns the module of a component type. An unknown type is an error: a component must not vanish.
 *
 * @throws CodedError `card.schema`
 */
export function moduleOf(type: string, path?: string): AnyModule {
  const known = modules.get(type);
  if (known !== undefined) return known;
  throw new CodedError('card.schema', 'A component has a type that is not known here.', { path });
}

/** The kind of a component when components are grouped into cards. */
export function kindOf(component: Component | undefined): AnyModule['shows'] {
  return component === undefined ? undefined : moduleOf(component.type).shows;
}

/** A component with each list that it holds replaced; most hold none. */
export function mapInner(component: Component, change: ChangeInner): Component {
  return moduleOf(component.type).mapInner?.(component, change) ?? component;
}

/** The lists of components in a component, each with its step of a JSON path; none in most. */
export function innerOf(component: Component): { components: Component[]; step: string }[] {
  const lists: { components: Component[]; step: string }[] = [];
  mapInner(component, (components, step) => {
    lists.push({ components, step });
    return components;
  });
  return lists;
}

/** A component and those inside of it. */
export function sizeOf(component: Component): number {
  return innerOf(component).reduce((sum, { components }) => sum + sizeOfAll(components), 1);
}

/** Components of a list, those inside of them counted, too. */
export function sizeOfAll(components: readonly Component[]): number {
  return components.reduce((sum, component) => sum + sizeOf(component), 0);
}

/** Components without the dividers at both ends, which would separate nothing. */
export function withoutEdges(components: readonly Component[]): Component[] {
  return components.slice(components.findIndex(isShown), components.findLastIndex(isShown) + 1);
}

function isShown(component: Component): boolean {
  return component.type === 'section' ? component.components.some(isShown) : component.type !== 'divider';
}

/** Splits a list, in its order, into groups that fit; an item that fits nowhere is a group of its own. */
export function pack<T>(list: readonly T[], fits: (group: readonly T[]) => boolean): T[][] {
  const groups: T[][] = [];
  for (const item of list) {
    const group = groups.at(-1);
    if (group !== undefined && fits([...group, item])) group.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** Splits a list into groups of at most `size` items. */
export function chunksOf<T>(list: readonly T[], size: number): T[][] {
  return pack(list, (group) => group.length <= size);
}

/**
 * The words of components in reading order, one item for each stop of a screen reader.
 *
 * @param path JSON path of their list
 */
export function sayAll(components: readonly Component[], path: string): Said[] {
  return components.flatMap((component, i) => {
    const at = `${path}[${i}]`;
    const said = moduleOf(component.type, at).say(component, sayAll);
    return said.map((one) => ({ ...one, path: at + one.path }));
  });
}

/**
 * Writes components as plain text, one item a line: titles and bodies as they are, facts as `label: value`, pictures
 * by their alternative text, links as `label: address`, other buttons and quick replies as `- label`. A picture whose alternative
 * text equals the title before or after it takes one line with it.
 */
export function writeFallbackText(components: readonly Component[]): string {
  const lines = sayAll(components, '')
    .map(({ role, text, line = text }) => ({ line, isPicture: role === 'Picture' }))
    .filter(({ line }) => line !== '');
  const isNew = ({ line, isPicture }: (typeof lines)[number], i: number): boolean => {
    const previous = lines[i - 1];
    return line !== previous?.line || !(isPicture || previous.isPicture);
  };
  return lines
    .filter(isNew)
    .map(({ line }) => line)
    .join('\n');
}
