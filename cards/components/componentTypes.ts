import type { Component } from '../card.ts';
import { CodedError } from '../errors.ts';
import { body } from './body.ts';
import { buttonGroup } from './buttonGroup.ts';
import { carousel } from './carousel.ts';
import type { ComponentModule, ComponentType } from './componentModule.ts';
import { divider } from './divider.ts';
import { facts } from './facts.ts';
import { header } from './header.ts';
import { image } from './image.ts';
import { quickReplies } from './quickReplies.ts';
import { section } from './section.ts';

/** Every component type by its name. */
export const componentTypes: { readonly [K in ComponentType]: ComponentModule<K> } = {
  header,
  body,
  image,
  facts,
  divider,
  buttonGroup,
  quickReplies,
  section,
  carousel,
};

/**
 * What is known of a component's type. A type that is not known is an error: it must not vanish.
 *
 * @throws CodedError `card.schema`
 */
export function moduleOf<K extends ComponentType>(type: K, path?: string): ComponentModule<K> {
  if (Object.hasOwn(componentTypes, type)) return componentTypes[type];
  throw new CodedError(
    'card.schema',
    'A component has a type that is not known here.',
    path === undefined ? {} : { path },
  );
}

/** The lists of components in a component; none in most. */
export function innerOf(component: Component): { components: Component[]; step: string }[] {
  return moduleOf(component.type).inner?.(component) ?? [];
}

/** A component and those inside of it. */
export function sizeOf(component: Component): number {
  return innerOf(component).reduce((sum, { components }) => sum + sizeOfAll(components), 1);
}

/** Components of a list, those inside of them counted, too. */
export function sizeOfAll(components: readonly Component[]): number {
  return components.reduce((sum, component) => sum + sizeOf(component), 0);
}
