import { limits } from '../../limits.ts';
import { breakAddresses } from '../../richText/bareAddresses.ts';
import { splitText } from '../../richText/splitText.ts';
import { cleanText, hasVisibleText } from '../../richText/text.ts';
import type { Conversion } from './conversion.ts';
import { cleanHtml } from './foreignMarkdown.ts';
import { cleanPieces } from './texts.ts';

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
export function saidTexts(
  value: string | undefined,
  format: string | undefined,
  path: string,
  conversion: Conversion,
): SaidText[] {
  const { max } = limits.text;
  if (format?.toLowerCase() === 'plain') {
    const pieces = splitText(breakAddresses(cleanText(value ?? '', 'block'), conversion.policy), max).filter(
      hasVisibleText,
    );
    if (pieces.length > 1) conversion.note(path, `split: a text has at most ${max} characters`);
    return pieces.map((text) => ({ text, markdown: false }));
  }
  const markdown = format?.toLowerCase() === 'xml' ? cleanHtml(value ?? '', path, conversion) : (value ?? '');
  return cleanPieces(markdown, max, path, conversion).map((text) => ({ text, markdown: true }));
}
