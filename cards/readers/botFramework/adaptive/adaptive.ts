import type { Component } from '../../../card.ts';
import { isObject } from '../../../json.ts';
import { blocksOf } from '../../../richText/blocks.ts';
import { escapeLineStart } from '../../../richText/escapeMarkdown.ts';
import { writePlain } from '../../../richText/plainDialect.ts';
import type { Conversion } from '../conversion.ts';
import { cleanForeign } from '../foreignMarkdown.ts';
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
  // The parser dropped it; that is noted already.
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

const formalKeys = [
  'type id $schema version metadata requires fallback isVisible separator forceLoad mimeType targetElements',
  'associatedInputs disabledUnlessAssociatedInputsChange',
];
const looks = [
  'spacing height lang rtl horizontalAlignment style bleed minHeight width layouts verticalContentAlignment grid.area',
  'targetWidth roundedCorners showBorder timer initialPage loop orientation heightInPixels columns gridStyle',
  'showGridLines horizontalCellContentAlignment verticalCellContentAlignment color isSubtle fontType maxLines wrap size',
  'weight underline highlight backgroundColor allowExpand imageSize offset inputStyle labelPosition labelWidth role mode',
  'tooltip',
];
const keysAs = (names: readonly string[], as: typeof look | typeof formal): NotShown =>
  Object.fromEntries(names.flatMap((line) => line.split(' ')).map((key) => [key, as]));

/** Keys of the parts of an Adaptive Card that are not shown: they are read elsewhere, or only say how a part looks. */
export const notShown: NotShown = {
  ...keysAs(formalKeys, formal),
  ...keysAs(looks, look),
  speak: 'Web Messaging has no voice',
  backgroundImage: 'a card has no background picture',
  iconUrl: 'a button has no picture',
  captionSources: 'there is no player in the chat',
  refresh: 'a card stays as it was sent',
  authentication: 'Genesys has no token service of the Bot Framework',
  msteams: 'it is for another channel',
};

const dateFunction =
  /\{\{(DATE|TIME)\( {0,3}([^ ,(){}]{20,33}) {0,3}(?:, {0,3}(COMPACT|SHORT|LONG) {0,3})?\)\}\}/gi;
/** With the fraction of a second that `toISOString` writes, which the documentation does not have. */
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?(?:Z|[+-]\d{2}:\d{2})$/i;

const formats: Record<string, Intl.DateTimeFormatOptions> = {
  COMPACT: { dateStyle: 'short' },
  SHORT: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  LONG: { dateStyle: 'full' },
  TIME: { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' },
};

/**
 * Writes out `{{DATE(2026-11-23T06:08:39Z, SHORT)}}` and `{{TIME(…)}}`, which Adaptive Cards leave to the client. The
 * customer's time zone is not known on our side: times are UTC and say so.
 *
 * Source: https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
 */
export function writeDates(text: string, locale: string): string {
  if (!text.includes('{{')) return text;
  return text.replace(dateFunction, (whole, kind: string, when: string, form: string | undefined) => {
    const time = moment.test(when) ? Date.parse(when) : Number.NaN;
    if (Number.isNaN(time)) return whole;
    const format = formats[/time/i.test(kind) ? 'TIME' : (form ?? 'COMPACT').toUpperCase()];
    return new Intl.DateTimeFormat(locale, { ...format, timeZone: 'UTC' }).format(time);
  });
}

/**
 * The words of a Markdown text of an Adaptive Card. A single line may begin with a sign or number, because it stands where
 * no list can be.
 */
export function readWords(markdown: string | undefined, path: string, conversion: Conversion): string {
  const line = writeDates(markdown ?? '', conversion.locale)
    .slice(0, 10_000)
    .trim();
  if (conversion.isPlain) return line;
  const written = line.includes('\n') ? line : escapeLineStart(line);
  return writePlain(blocksOf(cleanForeign(written, path, conversion)));
}
