import type { Paragraph, Root } from 'mdast';
import { mayShowForeignAddress } from './bareAddresses.ts';
import { isPlainMarkdown } from './blocks.ts';
import type { UrlPolicy } from './urlPolicy.ts';

/** A character that could be, begin or end a mark, a link, a tag or an entity, or an empty line. */
const mayAct = /[\\`*_~[\]<>&=]|\n\n/;
/** A mark between a letter and anything else opens or closes, whatever stands outside. */
const hasLetterEdges = /^[\p{L}\p{N}](?:.*[\p{L}\p{N}])?$/su;

/**
 * Says whether what is written of tidied blocks is surely read as the same blocks: words without any character that could
 * act, with single bold and italic runs among them that begin and end with a letter. What is not sure is read again.
 */
export function readsAsWritten({ children }: Root, policy: UrlPolicy): boolean {
  return children.every((block) => {
    const words = block.type === 'paragraph' ? readSimpleWords(block) : undefined;
    return (
      words !== undefined &&
      !mayAct.test(words) &&
      isPlainMarkdown(words) &&
      !mayShowForeignAddress(words, policy)
    );
  });
}

/** The words of a paragraph; undefined when its marks are not simple. */
function readSimpleWords({ children }: Paragraph): string | undefined {
  let words = '';
  let isAfterMark = false;
  for (const child of children) {
    if (child.type === 'text') words += child.value;
    else if (child.type === 'break') words += '\n';
    else if (child.type !== 'strong' && child.type !== 'emphasis') return undefined;
    else {
      const [inner, ...others] = child.children;
      if (isAfterMark || inner?.type !== 'text' || others.length > 0) return undefined;
      if (!hasLetterEdges.test(inner.value)) return undefined;
      words += inner.value;
    }
    isAfterMark = child.type === 'strong' || child.type === 'emphasis';
  }
  return words;
}
