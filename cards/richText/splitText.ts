import { loadSegmenter } from './graphemes.ts';

/** Cuts the first piece off a text that is longer than `max`. */
export type Cut = (text: string, max: number) => [piece: string, rest: string];

/**
 * Cuts a text into pieces of at most `max` characters: between paragraphs if it can, else lines, sentences, words, characters. Blanks
 * around the pieces go.
 */
export function splitText(text: string, max: number, cut: Cut = cutPlain): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const [piece, after] = cut(rest, max);
    pieces.push(piece);
    rest = after;
  }
  return [...pieces, rest].map((piece) => piece.trim()).filter((piece) => piece !== '');
}

function cutPlain(text: string, max: number): ReturnType<Cut> {
  const end = endOfPiece(text, max);
  return [text.slice(0, end), text.slice(end)];
}

/** No character that a reader sees as one is longer, so no more is looked at to find where the last one begins. */
const longestCharacter = 200;

/** Where the first piece of a text ends that is longer than `max`. */
export function endOfPiece(text: string, max: number): number {
  const window = text.slice(0, max);
  for (const separators of [['\n\n'], ['\n'], ['. ', '! ', '? ', '… ', '。'], [' ']]) {
    const end = Math.max(...separators.map((one) => window.lastIndexOf(one) + one.length));
    // A cut near the beginning would make many small pieces.
    if (end > max / 4 + 2) return end;
  }
  let end = 0;
  const tail = window.slice(-longestCharacter);
  for (const { index } of loadSegmenter().segment(tail)) end = index;
  return end > 0 ? window.length - tail.length + end : max;
}
