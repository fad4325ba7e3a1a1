/** What the connector itself says, when the bot cannot. */
export interface Sentences {
  /** The answer is not ready in time. */
  stillWorking: string;
  /** Label of the quick reply that asks for the answer. */
  showAnswer: string;
  /** The answer was asked for and there is none. */
  nothingNew: string;
  /** Too many messages at once. */
  tooMany: string;
  /** Something failed; a person takes over. */
  failed: string;
}

const en: Sentences = {
  stillWorking: 'This takes a little longer. Press the button in a moment to see the answer.',
  showAnswer: 'Show the answer',
  nothingNew: 'There is nothing new. How can I help?',
  tooMany: 'One moment please: I am still busy with your last messages.',
  failed: 'Sorry, something went wrong on our side. I am getting a person for you.',
};

const de: Sentences = {
  stillWorking: 'Das dauert etwas länger. Drücken Sie gleich den Knopf, um die Antwort zu sehen.',
  showAnswer: 'Antwort zeigen',
  nothingNew: 'Es gibt nichts Neues. Wie kann ich helfen?',
  tooMany: 'Einen Moment bitte: Ich bin noch mit Ihren letzten Nachrichten beschäftigt.',
  failed: 'Da ist bei uns leider etwas schiefgegangen. Ich hole einen Menschen für Sie.',
};

/** The connector's sentences in the language of a locale; English for a language without sentences. */
export function sentencesFor(locale: string): Sentences {
  return /^de\b/i.test(locale) ? de : en;
}
