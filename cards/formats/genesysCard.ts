import type { Change } from '../checks/checkedCard.ts';
import { makeLazily } from '../lazily.ts';
import { limits } from '../limits.ts';
import { shorten } from '../richText/fitText.ts';
import type { GenesysCard } from './genesysContent.ts';
import type { GenesysDraft } from './genesysDraft.ts';

/**
 * Makes the Genesys card of a draft. Without a header its title is its first line if that is short, else its
 * picture's alternative text, the title of the card before, its first words, or the labels of its buttons.
 */
export function formatGenesysCard(
  draft: GenesysDraft,
  heading: string | undefined,
  changes: Change[],
): GenesysCard {
  const { image, actions } = draft;
  const { title, description } = wordsOf(draft, heading);
  if (image !== undefined && title !== image.altText && !description.includes(image.altText)) {
    changes.push({ path: `${image.path}.altText`, what: 'left out: a Genesys card has no alternative text' });
  }
  for (const { marked } of draft.texts) {
    if (marked !== undefined)
      changes.push({ path: marked, what: 'shown without its marks: a Genesys card is plain text' });
  }
  return { title, description, ...(image === undefined ? {} : { image: image.url }), actions };
}

function wordsOf(
  { title: given, texts, image, actions }: GenesysDraft,
  heading: string | undefined,
): { title: string; description: string } {
  const description = texts
    .map((text) => text.plain)
    .join('\n')
    .trim();
  if (given !== undefined) return { title: given, description };
  const [first = '', ...rest] = description.split('\n');
  if (first !== '' && first.length <= limits.title.max)
    return { title: first, description: rest.join('\n').trim() };
  const title = image?.altText ?? heading;
  if (title === undefined) {
    const sentence = takeFirstSentence(description);
    if (sentence !== undefined)
      return { title: sentence, description: description.slice(sentence.length).trim() };
  }
  if (title !== undefined) return { title: shorten(title, limits.title.max), description };
  if (description === '') {
    const labels = actions.map((action) => action.text).join(' / ');
    return { title: shorten(labels, limits.title.max), description };
  }
  const [start, after] = cutAt(description, limits.title.max);
  return { title: start, description: after };
}

/** The words of a text that fit, and those after them. */
function cutAt(text: string, max: number): [string, string] {
  const blank = text.lastIndexOf(' ', max);
  const half = /[\uDC00-\uDFFF]/.test(text[max] ?? '') ? max - 1 : max;
  const end = blank > max / 4 ? blank : half;
  const start = text.slice(0, end).trim();
  return [start, text.slice(end).trim()];
}

/** Made for the first card without a title: it takes 20 ms. */
const loadSentences = makeLazily(() => new Intl.Segmenter(undefined, { granularity: 'sentence' }));

/** The first sentence of a text, when it is short enough for a title; else undefined. */
function takeFirstSentence(text: string): string | undefined {
  for (const { segment } of loadSentences().segment(text.slice(0, limits.title.max + 1))) {
    const sentence = segment.trim();
    return segment.length <= limits.title.max && /[.!?…。！？]$/.test(sentence) ? sentence : undefined;
  }
  return undefined;
}

/** Says whether a card would have no title but the labels of its buttons, above a text that is too long for one. */
export function needsTextBefore(draft: GenesysDraft, heading: string | undefined): boolean {
  const { title, texts, image } = draft;
  if (title !== undefined || image !== undefined || heading !== undefined) return false;
  const text = texts
    .map(({ plain }) => plain)
    .join('\n')
    .trim();
  return (text.split('\n')[0] ?? '').length > limits.title.max && takeFirstSentence(text) === undefined;
}
