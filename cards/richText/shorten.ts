import { makeLazily } from '../lazily.ts';
import { blocksOf } from './blocks.ts';
import { escapeMarkdown } from './escapeMarkdown.ts';
import { writePlain } from './plainDialect.ts';

/** Cuts a text to at most `max` UTF-16 units, an ellipsis included, never inside a character that a reader sees as one. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = 0;
  for (const { index, segment } of loadSegmenter().segment(text.slice(0, max))) {
    if (index + segment.length > max - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}

/** Finds the characters that a reader sees as one; made when the first long text is cut, for that takes 20 ms. */
export const loadSegmenter = makeLazily(() => new Intl.Segmenter(undefined, { granularity: 'grapheme' }));

/** Cuts what Markdown shows to at most `max` UTF-16 units of Markdown, an ellipsis and the escapes included; marks go. */
export function shortenMarkdown(markdown: string, max: number): string {
  const text = writePlain(blocksOf(markdown));
  for (let room = max; ; ) {
    const cut = escapeMarkdown(shorten(text, room));
    if (cut.length <= max) return cut;
    // As much less as the escapes took.
    room = Math.min(room - 1, Math.floor((room * max) / cut.length));
  }
}
