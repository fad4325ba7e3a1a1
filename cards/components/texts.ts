import { escapeMarkdown } from '../richText/escapeMarkdown.ts';
import { toAdaptiveMarkdown } from '../richText/markdownDialects.ts';
import type { GenesysText, Line } from './componentModule.ts';

/** A line of the plain text of a card that is no picture. */
export const said = (text: string): Line => ({ text, isPicture: false });

/** A TextBlock always reads Markdown, so plain text is escaped for it. */
export function plainForAdaptive(text: string): string {
  return toAdaptiveMarkdown(escapeMarkdown(text));
}

/** Plain text in a Genesys card. */
export const plainForGenesys = (plain: string): GenesysText => ({ plain, markdown: escapeMarkdown(plain) });
