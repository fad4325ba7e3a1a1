import type { Component } from '../../../card.ts';
import type { Conversion } from '../conversion.ts';
import { formal, look, type NotShown } from '../readFields.ts';
import type { Survey } from './survey.ts';

/** A conversion of one Adaptive Card. */
export interface AdaptiveConversion extends Conversion {
  readonly survey: Survey;
  /** Converts a list of elements. */
  readonly draw: (elements: readonly unknown[], path: string) => Component[];
}

/** Keys of every element that are read before the element itself, or only say how it looks. */
export const ofEveryElement: NotShown = {
  type: formal,
  id: formal,
  isVisible: formal,
  separator: formal,
  requires: formal,
  fallback: formal,
  speak: 'nothing is spoken here',
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
