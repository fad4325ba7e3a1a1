import { blocksOf } from './blocks.ts';
import { escapeMarkdown } from './escapeMarkdown.ts';
import { writePlain } from './plainDialect.ts';
import { shorten } from './shorten.ts';

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
