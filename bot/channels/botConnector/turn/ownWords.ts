import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import type { FormField } from '../../../../cards/readers/botFramework/click.ts';
import { escapeForMessenger } from '../../../../cards/richText/messengerDialect.ts';

// The messages of the connector itself, in English and German: when the bot cannot answer, and while it asks for a form's fields.

/** Sentences of the connector when the bot cannot answer. */
export interface Sentences {
  /** The answer is not ready in time. */
  stillWorking: string;
  /** Label of the quick reply that asks for the answer. */
  showAnswer: string;
  /** The customer asks for an answer, and there is none. */
  nothingNew: string;
  /** The customer sends too many messages at once. */
  tooMany: string;
  /** Something failed; a person takes over. */
  failed: string;
}

const englishSentences: Sentences = {
  stillWorking: 'This takes a little longer. Press the button in a moment to see the answer.',
  showAnswer: 'Show the answer',
  nothingNew: 'There is nothing new. How can I help?',
  tooMany: 'One moment please: I am still busy with your last messages.',
  failed: 'Sorry, something went wrong on our side. I am getting a person for you.',
};

const germanSentences: Sentences = {
  stillWorking: 'Das dauert etwas länger. Drücken Sie gleich den Knopf, um die Antwort zu sehen.',
  showAnswer: 'Antwort zeigen',
  nothingNew: 'Es gibt nichts Neues. Wie kann ich helfen?',
  tooMany: 'Einen Moment bitte: Ich bin noch mit Ihren letzten Nachrichten beschäftigt.',
  failed: 'Da ist bei uns leider etwas schiefgegangen. Ich hole einen Menschen für Sie.',
};

/** Returns the sentences in the language of a locale; English for a language without sentences. */
export function sentencesFor(locale: string): Sentences {
  return isGerman(locale) ? germanSentences : englishSentences;
}

/** Creates a message of plain text. */
export function createTextMessage(plain: string): GenesysMessage {
  return { type: 'Text', text: escapeForMessenger(plain) };
}

/** Payload of the quick reply that asks for a late answer. */
export const showAnswer = 'genesys-card-bot:show-answer';

/** Creates the message that the answer takes longer, with a quick reply that asks for it. */
export function createHoldingMessage(sentences: Sentences): GenesysMessage {
  const quickReply = { text: sentences.showAnswer, payload: showAnswer, action: 'Message' } as const;
  return {
    type: 'Structured',
    text: escapeForMessenger(sentences.stillWorking),
    content: [{ contentType: 'QuickReply', quickReply }],
  };
}

/** Words of the connector while it asks for the fields of a form. */
export interface FormWords {
  yes: string;
  no: string;
  skip: string;
  /** How the customer changes an answer or leaves the form; shown once at the beginning. */
  help: string;
  /** Several choices are possible. */
  several: string;
  stopped: string;
  /** The answer does not fit the kind of the field. */
  wrong: Record<FormField['kind'], string>;
  required: string;
  tooLong: (max: number) => string;
  between: (min: string | undefined, max: string | undefined) => string;
  /** Commands that the customer may write. */
  commands: { stop: RegExp; back: RegExp; skip: RegExp; yes: RegExp; no: RegExp };
}

const englishFormWords: FormWords = {
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

const germanFormWords: FormWords = {
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

/** Returns the words of a form in the language of a locale; English for a language without words. */
export function formWordsFor(locale: string): FormWords {
  return isGerman(locale) ? germanFormWords : englishFormWords;
}

function isGerman(locale: string): boolean {
  return /^de\b/i.test(locale);
}
