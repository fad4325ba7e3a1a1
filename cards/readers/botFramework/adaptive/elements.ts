import { z } from 'zod';
import type { Component } from '../../../card.ts';
import { isObject } from '../../../json.ts';
import { isCard, withCarousels } from '../groups.ts';
import { list, look, readFields } from '../readFields.ts';
import { actionsOf } from './actions.ts';
import { type AdaptiveConversion, ofEveryElement, visiblePart } from './adaptive.ts';
import { columnSetOf, containerOf, pagesOf, tableOf } from './columns.ts';
import { inputOf } from './inputs.ts';
import { imageOf, imageSetOf, mediaOf } from './pictureElements.ts';
import { factSetOf, richTextBlockOf, textBlockOf } from './textElements.ts';

type Draw = (element: unknown, path: string, conversion: AdaptiveConversion) => Component[];

const drawings = new Map<string, Draw>([
  ['TextBlock', textBlockOf],
  ['RichTextBlock', richTextBlockOf],
  ['FactSet', factSetOf],
  ['Image', imageOf],
  ['ImageSet', imageSetOf],
  ['Media', mediaOf],
  ['Container', containerOf],
  ['ColumnSet', columnSetOf],
  ['Table', tableOf],
  ['Carousel', pagesOf],
  ['ActionSet', actionSetOf],
  ['Input.Text', inputOf],
  ['Input.Number', inputOf],
  ['Input.Date', inputOf],
  ['Input.Time', inputOf],
  ['Input.Toggle', inputOf],
  ['Input.ChoiceSet', inputOf],
]);

/** Elements that are a card of their own when they hold words and a picture or buttons. */
const groups = new Set(['Container', 'ColumnSet']);

/** Converts a list of elements, with dividers where they are separated; groups of the same shape become a carousel. */
export function elementsOf(
  elements: readonly unknown[],
  path: string,
  conversion: AdaptiveConversion,
): Component[] {
  const components: Component[] = [];
  for (const [i, element] of elements.entries()) {
    const drawn = elementOf(element, `${path}[${i}]`, conversion);
    const isParted = isObject(element) && element.separator === true;
    if (isParted && drawn.length > 0 && components.length > 0) components.push({ type: 'divider' });
    const isGroup = isObject(element) && groups.has(String(element.type)) && isCard(drawn);
    components.push(...(isGroup ? [{ type: 'section', components: drawn } as const] : drawn));
  }
  return withCarousels(components);
}

function elementOf(element: unknown, path: string, conversion: AdaptiveConversion): Component[] {
  const found = visiblePart(element, path, conversion);
  if (found === undefined) return [];
  const draw = drawings.get(String(found.part.type));
  if (draw !== undefined) return draw(found.part, found.at, conversion);
  conversion.note(found.at, 'left out: there is no such element here');
  return [];
}

const actionSet = z.object({ actions: list });

function actionSetOf(value: unknown, path: string, conversion: AdaptiveConversion): Component[] {
  const set = readFields(actionSet, value, path, conversion, { ...ofEveryElement, orientation: look });
  return actionsOf(set?.actions ?? [], `${path}.actions`, conversion);
}
