import { loadSegmenter } from './graphemes.ts';

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
