import type { Change } from '../checks/checkedCard.ts';
import { limits } from '../limits.ts';
import { shorten } from '../richText/shorten.ts';
import type { GenesysCard } from './genesysContent.ts';
import type { GenesysDraft } from './genesysDraft.ts';

/**
 * Makes the Genesys card of a draft. Without a header its title is its first line if that is short, else its
 * picture's alternative text, the title of the card before, its first words, or the labels of its buttons.
 */
export function genesysCard(
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
  { title, texts, image, actions }: GenesysDraft,
  heading: string | undefined,
): { title: string; description: string } {
  const description = texts
    .map((text) => text.plain)
    .join('\n')
    .trim();
  if (title !== undefined) return { title, description };
  const [first = '', ...rest] = description.split('\n');
  if (first !== '' && first.length <= limits.title.max)
    return { title: first, description: rest.join('\n').trim() };
  const labels = actions.map((action) => action.text).join(' / ');
  return { title: shorten(image?.altText ?? heading ?? (first || labels), limits.title.max), description };
}
