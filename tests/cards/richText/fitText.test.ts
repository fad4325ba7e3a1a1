import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitText } from '../../../cards/richText/fitText.ts';

describe('a text that is too long is cut', () => {
  const rows: [where: string, text: string, max: number, pieces: string[]][] = [
    ['between paragraphs', 'One. Two.\n\nThree', 13, ['One. Two.', 'Three']],
    ['between lines', 'One. Two.\nThree four', 14, ['One. Two.', 'Three four']],
    ['between sentences', 'One two. Three four. Five', 18, ['One two.', 'Three four. Five']],
    ['between words', 'One two three four', 10, ['One two', 'three four']],
    ['between characters', 'abcdefghij', 4, ['abc', 'def', 'ghij']],
  ];
  for (const [where, text, max, pieces] of rows)
    it(where, () => assert.deepEqual(splitText(text, max), pieces));
});
