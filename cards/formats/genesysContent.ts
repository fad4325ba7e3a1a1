import type { GenesysAction } from '../components/componentModule.ts';

/**
 * Genesys Cloud's normalized message, as far as a card needs it. The models allow leaving `description`, `actions` and the
 * text of an action out; the mobile client does not show such a card, so here they are required.
 */
export type GenesysMessage =
  | { type: 'Text'; text: string }
  | { type: 'Structured'; text: string; content: GenesysContent[] };

/** One item of a structured message. */
export type GenesysContent =
  | { contentType: 'Card'; card: GenesysCard }
  | { contentType: 'Carousel'; carousel: { cards: GenesysCard[] } }
  | { contentType: 'QuickReply'; quickReply: GenesysQuickReply };

/** All that Genesys knows of a card: plain text, one picture, buttons. */
export interface GenesysCard {
  title: string;
  /** May be empty. */
  description: string;
  /** A https address. */
  image?: string;
  actions: GenesysAction[];
}

/** A chip below the message. */
export interface GenesysQuickReply {
  text: string;
  payload: string;
  action: 'Message';
}
