import type { Card } from '../card.ts';
import type { CheckedCard } from '../checks/checkedCard.ts';
import { type AdaptiveCard, formatAdaptiveCard } from './adaptiveCard.ts';
import { formatGenesysMessage, type GenesysMessage } from './genesysMessage.ts';

/** The message of the document's Guest API, which the request holds beside the `conversationId`. */
interface GuestMessage {
  type: 'webchat';
  card: Card;
}

/** Shows a card in the document's payload, as it is. */
export function formatGuestMessage(checked: CheckedCard): GuestMessage {
  return { type: 'webchat', card: checked.card };
}

/** A card in every format: one for each kind of receiver. */
interface AllFormats {
  guest: GuestMessage;
  genesys: GenesysMessage[];
  adaptive: AdaptiveCard;
  text: string;
}

/** The names of the formats. */
export const formatNames = ['guest', 'genesys', 'adaptive', 'text'] as const satisfies (keyof AllFormats)[];

/** Shows a card in every format. */
export function formatAll(card: CheckedCard): AllFormats {
  return {
    guest: formatGuestMessage(card),
    genesys: formatGenesysMessage(card).messages,
    adaptive: formatAdaptiveCard(card),
    text: card.text,
  };
}
