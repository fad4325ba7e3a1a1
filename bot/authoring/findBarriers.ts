import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import type { Said } from '../../cards/components/componentModule.ts';
import { sayAll } from '../../cards/components/componentTypes.ts';

/** Something in a card that keeps people out who hear it, see little, or do not use a mouse. */
export interface Barrier {
  /** JSON path in the card. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** Words that name no goal: a screen reader lists links and buttons without the text around them. */
const vague =
  /^(?:click|tap|press|go|here|click here|tap here|more|read more|learn more|see more|link|this|klicken|hier|hier klicken|mehr|mehr lesen|mehr erfahren|weiter|link öffnen|ok)[.!…>»→ ]*$/iu;
const startsAsPicture =
  /^(?:an? )?(?:image|picture|photo|graphic|icon) of\b|^(?:bild|foto|grafik|symbol) (?:von|der|des|einer?s?)\b/iu;
const fileName =
  /\.(?:png|jpe?g|gif|webp|svg|bmp)$|^(?:img|dsc|image|picture|bild|foto)[\s_-]*\d*$|^https?:/iu;
const hasWords = /[\p{L}\p{N}]/u;
const emoji = /\p{Extended_Pictographic}/gu;

/** The most characters of an alternative text that people like to hear. */
const longAlternative = 150;

/** Finds the barriers of a valid card for people who use a screen reader, in the order of the card. */
export function findBarriers(card: CheckedCard): Barrier[] {
  const spoken = sayAll(card.card.components, '$.components');
  const found = spoken.flatMap(findBarriersAt);
  return [...found, ...findSameNames(spoken), ...findMissingHeading(spoken)];
}

function findBarriersAt({ role, text, path }: Said): Barrier[] {
  const barrier = (message: string, hint: string): Barrier => ({ path, message, hint });
  const found: Barrier[] = [];
  if (role === 'Picture' || role === 'Video') {
    if (fileName.test(text))
      found.push(barrier('The alternative text is the name of a file.', 'Say what the picture shows.'));
    if (startsAsPicture.test(text))
      found.push(
        barrier(
          'The alternative text says that it is a picture; screen readers already say this.',
          'Begin with what it shows.',
        ),
      );
    if (text.length > longAlternative)
      found.push(
        barrier(
          `The alternative text has ${text.length} characters and is heard in one go.`,
          `Write at most ${longAlternative}; put the rest into a text.`,
        ),
      );
  }
  if (role === 'Button' || role === 'Link') {
    if (vague.test(text))
      found.push(barrier('The label does not say what happens.', 'Name the goal, such as Track parcel.'));
  }
  if (role !== 'Carousel' && role !== 'Card' && !hasWords.test(text))
    found.push(
      barrier('The text has no word: screen readers read the names of its signs, or nothing.', 'Add a word.'),
    );
  if ((text.match(emoji)?.length ?? 0) > 3)
    found.push(barrier('Each emoji is read aloud by its name.', 'Use three at most.'));
  if (isShouted(text))
    found.push(
      barrier(
        'Words in capitals are hard to read, and some screen readers spell them.',
        'Write them in small letters; use a style for weight.',
      ),
    );
  return found;
}

function isShouted(text: string): boolean {
  const letters = text.replace(/[^\p{L}]/gu, '');
  return (
    letters.length > 12 &&
    /\s/.test(text.trim()) &&
    letters === letters.toUpperCase() &&
    letters !== letters.toLowerCase()
  );
}

/**
 * Buttons of the same name that do different things sound alike, and look alike in the conversation after a click. The links of each card
 * of a carousel are a group of their own, so two cards may have links of the same name.
 */
function findSameNames(spoken: readonly Said[]): Barrier[] {
  const seen = new Set<string>();
  return spoken.flatMap(({ role, text, path }) => {
    if (role !== 'Button' && role !== 'Link') return [];
    const group = role === 'Link' ? (/^.*\.cards\[\d+\]/.exec(path)?.[0] ?? '') : '';
    const name = `${group} ${text.trim().toLowerCase()}`;
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return {
      path,
      message: 'Another button of the card has the same label: they sound alike.',
      hint: 'Say what it belongs to, such as Order ${name}.',
    };
  });
}

function findMissingHeading(spoken: readonly Said[]): Barrier[] {
  const heading = spoken.findIndex(({ role }) => role === 'Heading');
  const text = spoken.findIndex(({ role }) => role === '');
  const isLong = spoken.filter(({ role }) => role === '').length > 2;
  if (heading < 0 && isLong)
    return [
      {
        path: '$.components',
        message: 'The card has no heading: screen readers cannot jump to it.',
        hint: 'Begin with a header.',
      },
    ];
  const first = spoken[heading];
  if (first !== undefined && text >= 0 && text < heading && !spoken.some(({ role }) => role === 'Carousel'))
    return [
      {
        path: first.path,
        message: 'The heading is heard after the text that it belongs to.',
        hint: 'Put the header before the texts.',
      },
    ];
  return [];
}
