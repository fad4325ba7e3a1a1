import { z } from 'zod';
import type { Component } from '../../../card.ts';
import { isObject, list, look, readFields } from '../readFields.ts';
import { actionsOf } from './actions.ts';
import { type AdaptiveConversion, ofEveryElement } from './adaptive.ts';
import { columnSetOf, containerOf, pagesOf, tableOf } from './columns.ts';
import { inputOf } from './inputs.ts';
import { imageOf, imageSetOf, mediaOf } from './pictureElements.ts';
import { factSetOf, richTextBlockOf, textBlockOf } from './textElements.ts';

type Draw = (element: unknown, path: string, a: AdaptiveConversion) => Component[];

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

/** Converts a list of elements, with dividers where they are separated. */
export function elementsOf(elements: readonly unknown[], path: string, a: AdaptiveConversion): Component[] {
  const components: Component[] = [];
  for (const [i, element] of elements.entries()) {
    const drawn = elementOf(element, `${path}[${i}]`, a);
    const isParted = isObject(element) && element.separator === true;
    if (isParted && drawn.length > 0 && components.length > 0) components.push({ type: 'divider' });
    components.push(...drawn);
  }
  return components;
}

function elementOf(element: unknown, path: string, a: AdaptiveConversion): Component[] {
  if (!isObject(element)) {
    a.note(path, 'left out: it is not an object');
    return [];
  }
  const { type, id, isVisible, fallback } = element;
  if (isVisible === false) {
    const isToggled = typeof id === 'string' && a.survey.toggled.has(id);
    a.note(path, isToggled ? 'shown at once: nothing can be toggled here' : 'left out: it is hidden');
    if (!isToggled) return [];
  }
  const draw = typeof type === 'string' ? drawings.get(type) : undefined;
  if (draw !== undefined && !needsMore(element.requires)) return draw(element, path, a);
  if (isObject(fallback)) {
    a.note(path, 'its fallback is shown');
    return elementOf(fallback, `${path}.fallback`, a);
  }
  a.note(path, 'left out: there is no such element here');
  return [];
}

/** Says whether an element asks for features that only some clients have. */
function needsMore(requires: unknown): boolean {
  return isObject(requires) && Object.keys(requires).some((feature) => feature !== 'adaptiveCards');
}

const actionSet = z.object({ actions: list });

function actionSetOf(value: unknown, path: string, a: AdaptiveConversion): Component[] {
  const set = readFields(actionSet, value, path, a, { ...ofEveryElement, orientation: look });
  return actionsOf(set?.actions ?? [], `${path}.actions`, a);
}
