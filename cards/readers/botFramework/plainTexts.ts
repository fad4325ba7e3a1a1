import { limits } from '../../limits.ts';
import { breakAddresses } from '../../richText/bareAddresses.ts';
import { htmlToMarkdown } from '../../richText/html.ts';
import { splitText } from '../../richText/splitText.ts';
import { cleanText, hasVisibleText } from '../../richText/text.ts';
import { checkUrl } from '../../richText/urlPolicy.ts';
import type { Conversion } from './conversion.ts';
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
  const markdown = format?.toLowerCase() === 'xml' ? fromXml(value ?? '', path, conversion) : (value ?? '');
  return cleanPieces(markdown, max, path, conversion).map((text) => ({ text, markdown: true }));
}

const link = /<a\s+href\s{0,3}=\s{0,3}["']([^"'<>]{1,2048})["']\s{0,9}>([^<>]{0,1000})<\/a>/gi;

/** The Bot Framework's XML is HTML with few tags. A link is written out, because our HTML knows none. */
function fromXml(xml: string, path: string, conversion: Conversion): string {
  const written = xml.replace(link, (_, url: string, words: string) => {
    const verdict = checkUrl(url.replaceAll('&amp;', '&'), 'link', conversion.policy);
    if (!verdict.ok) conversion.note(path, `a link became its text: ${verdict.reason}`);
    return verdict.ok && verdict.href !== words
      ? `${words} (${verdict.href.replaceAll('&', '&amp;')})`
      : words;
  });
  const pieces = splitText(written, limits.fieldText.max);
  return pieces.map((piece) => htmlToMarkdown(piece, path)).join('\n\n');
}
