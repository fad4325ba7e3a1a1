import type { Component } from '../../../card.ts';
import { isObject } from '../../../json.ts';
import type { Conversion } from '../conversion.ts';
import { formal, look, type NotShown } from '../readFields.ts';
import type { Survey } from './survey.ts';

/** A conversion of one Adaptive Card. */
export interface AdaptiveConversion extends Conversion {
  /** Where a part stands in the activity that a `fallback` put in another place. */
  readonly places: ReadonlyMap<unknown, string>;
  readonly survey: Survey;
  /** Converts a list of elements. */
  readonly draw: (elements: readonly unknown[], path: string) => Component[];
}

/** A part of a card that is to be drawn, and where it stands; undefined, noted, when it is hidden. */
export function keepVisiblePart(
  value: unknown,
  path: string,
  conversion: AdaptiveConversion,
): { part: Readonly<Record<string, unknown>>; at: string } | undefined {
  // The parser dropped it and said so.
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    conversion.note(path, 'left out: it is not an object');
    return undefined;
  }
  const at = conversion.places.get(value) ?? path;
  if (value.isVisible === false) {
    const isToggled = typeof value.id === 'string' && conversion.survey.toggled.has(value.id);
    conversion.note(at, isToggled ? 'shown at once: Genesys cannot toggle it' : 'left out: it is hidden');
    if (!isToggled) return undefined;
  }
  return { part: value, at };
}

/** Keys of every element that are read before the element itself, or only say how it looks. */
export const ofEveryElement: NotShown = {
  type: formal,
  id: formal,
  isVisible: formal,
  separator: formal,
  requires: formal,
  fallback: formal,
  speak: 'Web Messaging has no voice',
  spacing: look,
  height: look,
  lang: look,
  rtl: look,
  horizontalAlignment: look,
  style: look,
  bleed: look,
  minHeight: look,
  verticalContentAlignment: look,
  'grid.area': look,
  targetWidth: look,
};
