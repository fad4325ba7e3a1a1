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
