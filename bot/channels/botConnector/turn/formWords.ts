import type { FormField } from '../../../../cards/readers/botFramework/click.ts';

/** What the connector says while it asks for the fields of a form. */
export interface FormWords {
  yes: string;
  no: string;
  skip: string;
  /** How the customer steers, once at the beginning. */
  help: string;
  /** Several choices may be taken. */
  several: string;
  stopped: string;
  /** The answer is not of the field's kind. */
  wrong: Record<FormField['kind'], string>;
  required: string;
  tooLong: (max: number) => string;
  between: (min: string | undefined, max: string | undefined) => string;
  /** What the customer may write. */
  commands: { stop: RegExp; back: RegExp; skip: RegExp; yes: RegExp; no: RegExp };
}

const en: FormWords = {
  yes: 'Yes',
  no: 'No',
  skip: 'Skip',
  help: 'Say "back" to change an answer, or "stop" to leave the form.',
  several: 'Several are possible: write them with commas between.',
  stopped: 'All right, I leave the form. Nothing was sent.',
  wrong: {
    text: 'That does not fit here. Please try again.',
    number: 'Please write a number, such as 42.',
    date: 'Please write a date, such as 2026-12-31.',
    time: 'Please write a time, such as 14:30.',
    toggle: 'Please answer yes or no.',
    choice: 'Please choose one of these.',
  },
  required: 'An answer is needed here.',
  tooLong: (max) => `Please use at most ${max} characters.`,
  between: (min, max) =>
    min === undefined
      ? `At most ${max}, please.`
      : `${max === undefined ? `At least ${min}` : `From ${min} to ${max}`}, please.`,
  commands: {
    stop: /^(?:stop|cancel|quit|exit|abort)$/i,
    back: /^(?:back|go back|previous)$/i,
    skip: /^(?:skip|next|-)$/i,
    yes: /^(?:yes|y|yep|yeah|true|ok|on)$/i,
    no: /^(?:no|n|nope|false|off)$/i,
  },
};

const de: FormWords = {
  yes: 'Ja',
  no: 'Nein',
  skip: 'Überspringen',
  help: 'Mit „zurück“ ändern Sie eine Antwort, mit „stopp“ verlassen Sie das Formular.',
  several: 'Mehrere sind möglich: Schreiben Sie sie mit Kommas dazwischen.',
  stopped: 'Gut, ich verlasse das Formular. Es wurde nichts gesendet.',
  wrong: {
    text: 'Das passt hier nicht. Bitte versuchen Sie es noch einmal.',
    number: 'Bitte schreiben Sie eine Zahl, zum Beispiel 42.',
    date: 'Bitte schreiben Sie ein Datum, zum Beispiel 31.12.2026.',
    time: 'Bitte schreiben Sie eine Uhrzeit, zum Beispiel 14:30.',
    toggle: 'Bitte antworten Sie mit Ja oder Nein.',
    choice: 'Bitte wählen Sie eines davon.',
  },
  required: 'Hier wird eine Antwort gebraucht.',
  tooLong: (max) => `Bitte höchstens ${max} Zeichen.`,
  between: (min, max) =>
    min === undefined
      ? `Bitte höchstens ${max}.`
      : `Bitte ${max === undefined ? `mindestens ${min}` : `${min} bis ${max}`}.`,
  commands: {
    stop: /^(?:stopp?|abbrechen|abbruch|beenden|cancel)$/i,
    back: /^(?:zurück|zurueck|back)$/i,
    skip: /^(?:überspringen|ueberspringen|weiter|skip|-)$/i,
    yes: /^(?:ja|j|jo|yes|wahr|ok)$/i,
    no: /^(?:nein|n|nö|no|falsch)$/i,
  },
};

/** The words of a locale; English for a language without words. */
export function findFormWords(locale: string): FormWords {
  return /^de\b/i.test(locale) ? de : en;
}
