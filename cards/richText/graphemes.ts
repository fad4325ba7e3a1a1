import { lazily } from '../lazily.ts';

/** Finds the characters that a reader sees as one; made when the first long text is cut, for that takes 20 ms. */
export const loadSegmenter = lazily(() => new Intl.Segmenter(undefined, { granularity: 'grapheme' }));
