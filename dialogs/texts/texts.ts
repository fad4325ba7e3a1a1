import { de } from './de.ts';
import type { Texts } from './en.ts';
import { en } from './en.ts';

export type { Texts } from './en.ts';

const languages: Readonly<Record<string, Texts>> = { en, de };

/** The texts for a BCP 47 locale such as `de-AT`: those of its language, English when there are none. */
export function textsFor(locale: string | undefined): Texts {
  const language = locale?.toLowerCase().split(/[-_]/)[0] ?? '';
  return Object.hasOwn(languages, language) ? (languages[language] ?? en) : en;
}
