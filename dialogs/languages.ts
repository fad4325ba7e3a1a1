import { de } from './texts/de.ts';
import { en, type Texts } from './texts/en.ts';

export type { Texts } from './texts/en.ts';

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

const list = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

// Words that only one of the two languages has; "in", "an", "am", "was", "die", "will" and "so" belong to both.
const words: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: list(`
    the a my your our their this that these it its i me you we they he she is are be been were has have had do does did
    not no yes can could would should want need like please thanks thank hello of for with from to on at by about and or
    but if when where what who why how which there here still yet any some something somebody someone
    order orders ordered number cancel status track tracking package parcel delivery deliver arrive arrived shipped
    offers deals buy help talk speak person human return refund money back broken address change show tell give get`),
  de: list(`
    der das den dem ein eine einen einem einer mein meine meinen meiner dein deine euer eure ihr ihre ich mich mir du dich wir
    uns sie ihnen es er ist sind sei bin bist wurde wird werden habe hat haben hast hatte kann kannst können möchte
    möchten will wollte brauche bitte danke nicht kein keine keinen ja nein von zu zum zur mit für auf aus bei nach und oder
    aber wenn wann wo wer wie warum welche welches welchen noch schon immer etwas jemand jemandem doch mal denn
    bestellung bestellungen bestellt bestellen bestellnummer auftrag nummer stornieren storniere abbrechen status paket
    lieferung liefern lieferadresse angebote angebot kaufen hilfe helfen sprechen mensch menschen zurückgeben
    rückgabe geld zurück kaputt adresse ändern zeig zeigen hallo guten tag morgen abend moin grüß gott sendung`),
};

const charactersRead = 300;

/** The language of a text, and whether it is clear; that of a mere "Status" or "ok" is not. */
export interface WrittenLanguage {
  /** BCP 47. */
  tag: string;
  isClear: boolean;
}

/**
 * The language of a text by its words; clear when it has at least two more words of that language than of the other.
 *
 * Returns undefined when the text has as many words of one language as of the other, or none. Reads the first 300 characters.
 */
export function languageOf(text: string): WrittenLanguage | undefined {
  const read = text.slice(0, charactersRead).toLowerCase();
  const said = read.match(/\p{L}+/gu) ?? [];
  const count = (language: Language) => said.filter((word) => words[language].has(word)).length;
  const lead = count('de') + (/[äöüß]/.test(read) ? 1 : 0) - count('en');
  return lead === 0 ? undefined : { tag: lead > 0 ? 'de' : 'en', isClear: Math.abs(lead) > 1 };
}
