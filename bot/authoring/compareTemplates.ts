import { diff } from 'node:util';
import type { Json } from '../../cards/card.ts';
import { CodedError } from '../../cards/errors.ts';
import { formatAll, formatNames } from '../../cards/formats/allFormats.ts';
import type { CompiledTemplate } from '../../cards/templates/compileTemplate.ts';

/** A line of one version, or of both. */
interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** The difference between two versions for one sample, locale and receiver. */
interface RouteDifference {
  readonly sample: string;
  readonly locale: string;
  readonly format: (typeof formatNames)[number];
  readonly lines: readonly DiffLine[];
}

/**
 * Compares the cards of two versions of a template for each receiver, for every sample and locale of the newer one. Returns the
 * differences; if a version refuses the sample, its error is compared instead of the card.
 */
export function compareTemplates(before: CompiledTemplate, after: CompiledTemplate): RouteDifference[] {
  const { samples, locales } = after.file;
  return Object.entries(samples).flatMap(([sample, fields]) =>
    locales.flatMap((locale) => {
      const old = linesOf(before, fields, locale);
      const now = linesOf(after, fields, locale);
      return formatNames.flatMap((format) => {
        const lines = compareLines(old(format), now(format));
        return lines.every(({ kind }) => kind === 'same') ? [] : [{ sample, locale, format, lines }];
      });
    }),
  );
}

/** Node marks a line that only the first list has by `1`. */
const kinds = { 1: 'removed', 0: 'same', '-1': 'added' } as const;

function compareLines(before: string[], after: string[]): DiffLine[] {
  return diff(before, after).map(([operation, text]) => ({ kind: kinds[operation], text }));
}

/** Composes a sample; returns the function that writes the lines of a format. */
function linesOf(
  template: CompiledTemplate,
  fields: { readonly [name: string]: unknown },
  locale: string,
): (format: RouteDifference['format']) => string[] {
  try {
    // A sample is JSON of the template file; compose fills defaults in place.
    const cards = template.compose(structuredClone(fields) as Json, { locale, messageId: 'compared' });
    const shown = cards.map(formatAll);
    return (format) =>
      shown.flatMap(({ [format]: card }) =>
        typeof card === 'string' ? card.split('\n') : listOutline(card),
      );
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const refused = `refused: ${error.code} ${error.path ?? ''}`.trim();
    return () => [refused];
  }
}

/** Keys that name the version, or data that both versions share. */
const unread: ReadonlySet<string> = new Set(['templateMatrix', 'dynamicFields', 'messageId', '$schema']);

/** A card as lines of `type key: value`, in its order. */
function listOutline(value: unknown, name = '', type = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => listOutline(item, name, type));
  if (typeof value !== 'object' || value === null) return `${`${type} ${name}`.trim()}: ${value}`.split('\n');
  const own = 'type' in value && typeof value.type === 'string' ? value.type : type;
  const rows = Object.entries(value).filter(([key]) => key !== 'type' && !unread.has(key));
  if (rows.length === 0) return [own];
  return rows.flatMap(([key, item]) => listOutline(item, key, own));
}
