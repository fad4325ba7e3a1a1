const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cuts a text into pieces of at most `max` characters: between paragraphs if it can, else lines, words, characters. */
export function splitText(text: string, max: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const end = endOfPiece(rest, max);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return trimmedPieces([...pieces, rest]);
}

/** Pieces without blanks around them and without empty ones. */
export function trimmedPieces(pieces: readonly string[]): string[] {
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '');
}

/** Where the first piece of a text ends that is longer than `max`. */
export function endOfPiece(text: string, max: number): number {
  const window = text.slice(0, max);
  for (const separator of ['\n\n', '\n', ' ']) {
    const at = window.lastIndexOf(separator);
    // A cut near the beginning would make many small pieces.
    if (at > max / 4) return at + separator.length;
  }
  let end = 0;
  for (const { index } of segmenter.segment(window)) end = index;
  return end > 0 ? end : max;
}
