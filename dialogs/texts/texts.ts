import { de } from './de.ts';
import type { Texts } from './en.ts';
import { en } from './en.ts';

export type { Texts } from './en.ts';

/** A language that the dialogs speak. */
export type Language = 'en' | 'de';

/** Texts in every language. */
export type Translated<T> = Readonly<Record<Language, T>>;

const shared: Translated<Texts> = { en, de };

/** The language for a BCP 47 locale such as `de-AT`: its own, English when the dialogs do not speak it. */
export function chooseLanguage(locale: string | undefined): Language {
  return locale?.toLowerCase().split(/[-_]/)[0] === 'de' ? 'de' : 'en';
}

/** The texts that all dialogs share, for a BCP 47 locale. */
export function textsFor(locale: string | undefined): Texts {
  return shared[chooseLanguage(locale)];
}
