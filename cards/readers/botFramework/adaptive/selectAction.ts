import type { Component } from '../../../card.ts';
import { blocksOf } from '../../../richText/blocks.ts';
import { writePlain } from '../../../richText/plainDialect.ts';
import { groupButtons } from '../buttons.ts';
import { flatten } from '../groups.ts';
import { lineOf } from '../texts.ts';
import { actionOf } from './actions.ts';
import type { AdaptiveConversion } from './adaptive.ts';

/** What an element shows, then what a click on it would do. */
export function readClickable(
  components: readonly Component[],
  selectAction: unknown,
  path: string,
  conversion: AdaptiveConversion,
): Component[] {
  return [...components, ...selectButtons(selectAction, path, takeFirstWords(components), conversion)];
}

/**
 * Turns the `selectAction` of an element into a button.
 *
 * @param label - for an action without a title.
 */
export function selectButtons(
  selectAction: unknown,
  element: string,
  label: string | undefined,
  conversion: AdaptiveConversion,
): Component[] {
  if (selectAction === undefined || selectAction === null) return [];
  const path = `${element}.selectAction`;
  const { button, opened = [] } = actionOf(
    selectAction,
    path,
    conversion,
    lineOf(label, conversion) ?? conversion.words.open,
  );
  if (button !== undefined && button.action !== 'read')
    conversion.note(path, 'shown as a button: Genesys lets customers click only buttons');
  return [...groupButtons([button], path, conversion), ...opened];
}

/** Characters of a text that can name what stands beside it. */
const longestName = 30;

/** The label of what can be clicked as a whole: its title, else its first short text, else what its picture is called. */
export function takeFirstWords(components: readonly Component[]): string | undefined {
  const all = flatten(components);
  const title = all.find((one) => one.type === 'header')?.text;
  const texts = all.flatMap((one) =>
    one.type === 'body' ? [one.markdown === true ? writePlain(blocksOf(one.text)) : one.text] : [],
  );
  const short = texts.find((text) => text.length <= longestName);
  return title ?? short ?? all.find((one) => one.type === 'image')?.altText;
}
