import type { Component } from '../../../card.ts';
import { buttonGroups } from '../buttons.ts';
import { lineOf } from '../texts.ts';
import { actionOf } from './actions.ts';
import type { AdaptiveConversion } from './adaptive.ts';

/**
 * Turns the action of an element that can be clicked as a whole into a button.
 *
 * @param label - for an action without a title.
 */
export function selectButtons(
  selectAction: unknown,
  path: string,
  label: string | undefined,
  conversion: AdaptiveConversion,
): Component[] {
  if (selectAction === undefined || selectAction === null) return [];
  const { button, opened = [] } = actionOf(
    selectAction,
    path,
    conversion,
    lineOf(label) ?? conversion.words.open,
  );
  if (button !== undefined && button.action !== 'read')
    conversion.note(path, 'shown as a button: only buttons can be clicked here');
  return [...buttonGroups([button], path, conversion), ...opened];
}

/** The first words in some components: the label of what can be clicked as a whole. */
export function firstWords(components: readonly Component[]): string | undefined {
  for (const component of components) {
    if (component.type === 'header') return component.text;
    if (component.type === 'image') return component.altText;
    if (component.type === 'section') return firstWords(component.components);
  }
  return undefined;
}
