/**
 * Cuts an utterance into the features of the model: its words, pairs of words, and character trigrams.
 *
 * Case, accents and punctuation do not count, a run of digits is one word `0`; trigrams carry typing errors.
 */
export function listFeatures(utterance: string): string[] {
  const words = utterance
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .replace(/\p{N}+/gu, '0')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const found = words.map((word) => `w:${word}`);
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    if (next !== undefined) found.push(`p:${word} ${next}`);
    const padded = `_${word}_`;
    for (let start = 0; start + 3 <= padded.length; start++) found.push(padded.slice(start, start + 3));
  }
  return found;
}
