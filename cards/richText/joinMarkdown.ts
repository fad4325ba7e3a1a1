import { blocksOf, joinBlocks } from './blocks.ts';
import { writeMarkdown } from './markdownSyntax.ts';

const startsWithList = /^(?:[-+*]|\d{1,9}[.)])[ \t]/;

/**
 * Joins texts of canonical Markdown into one. A list at the beginning of a text would go on with a list before it: it is
 * written with the other mark (`*` after `-`, `1)` after `1.`), which begins a new list for every reader of Markdown.
 */
export function joinMarkdown(texts: readonly string[]): string {
  if (!texts.some((text, i) => i > 0 && startsWithList.test(text))) return texts.join('\n\n');
  return writeMarkdown(joinBlocks(texts.map(blocksOf)));
}
