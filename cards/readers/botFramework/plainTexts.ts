import { limits } from '../../limits.ts';
import type { Conversion } from './conversion.ts';
import { cleanHtml } from './foreignMarkdown.ts';
import { cleanPieces, splitPlainText } from './texts.ts';

/** A text that is said without a card. */
export interface SaidText {
  text: string;
  /** Our canonical Markdown; else plain. */
  markdown: boolean;
}

/**
 * The texts of a message, each within `limits.text`.
 *
 * @param format - `markdown` (also for a format that is not known), `plain` or `xml`.
 */
export function listSaidTexts(
  value: string | undefined,
  format: string | undefined,
  path: string,
  conversion: Conversion,
): SaidText[] {
  const { max } = limits.text;
  const given = value ?? '';
  if (conversion.isPlain || format?.toLowerCase() === 'plain')
    return splitPlainText(given, max, path, conversion).map((text) => ({ text, markdown: false }));
  const markdown = format?.toLowerCase() === 'xml' ? cleanHtml(given, path, conversion) : given;
  return cleanPieces(markdown, max, path, conversion).map((text) => ({ text, markdown: true }));
}
