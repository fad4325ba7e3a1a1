import type { Change } from '../../checks/checkedCard.ts';
import type { UrlPolicy } from '../../richText/urlPolicy.ts';
import type { ClickPayloads } from './click.ts';

/** The few words that a Bot Framework client adds to a card by itself. */
export interface Words {
  picture: string;
  noPicture: string;
  unshown: string;
  open: string;
  play: string;
  tax: string;
  vat: string;
  total: string;
}

const en: Words = {
  picture: 'Picture',
  noPicture: 'A picture cannot be shown here.',
  unshown: 'This message cannot be shown here.',
  open: 'Open',
  play: 'Play',
  tax: 'Tax',
  vat: 'VAT',
  total: 'Total',
};
const de: Words = {
  picture: 'Bild',
  noPicture: 'Ein Bild kann hier nicht gezeigt werden.',
  unshown: 'Diese Nachricht kann hier nicht gezeigt werden.',
  open: 'Öffnen',
  play: 'Abspielen',
  tax: 'Steuern',
  vat: 'MwSt.',
  total: 'Summe',
};

/** The words in the language of a locale; English for a language without sentences. */
export function wordsOf(locale: string): Words {
  return /^de\b/i.test(locale) ? de : en;
}

/** The state that all steps of a conversion share. */
export interface Conversion {
  readonly policy: UrlPolicy;
  /** BCP 47 locale of the activity. */
  readonly locale: string;
  readonly words: Words;
  /** JSON path of the attachment that is being converted. */
  readonly root: string;
  /** Reports one change or omission, each once, in plain words without customer text. */
  readonly note: (path: string, what: string) => void;
  /** True for a message with more marks than an author writes: all of it is plain text, and none of it is parsed. */
  readonly isPlain: boolean;
  /** How many components a card may have, through its whole tree. */
  readonly maxComponents: number;
  /** Makes the payloads of clicks; without it a payload is all that a click sends. */
  readonly clicks?: ClickPayloads | undefined;
}

/** Collects the changes of one activity, each once. */
export function collectChanges(): { note: Conversion['note']; changes: Change[] } {
  const seen = new Set<string>();
  const changes: Change[] = [];
  const note = (path: string, what: string): void => {
    const key = `${path} ${what}`;
    if (!seen.has(key)) changes.push({ path, what });
    seen.add(key);
  };
  return { note, changes };
}
