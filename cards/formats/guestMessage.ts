import type { Card } from '../card.ts';
import type { CheckedCard } from '../checks/checkedCard.ts';

/** The message of the document's Guest API: what goes under `message` beside the `conversationId`. */
export interface GuestMessage {
  type: 'webchat';
  card: Card;
}

/** Shows a card in the document's payload, as it is. */
export function formatGuestMessage(checked: CheckedCard): GuestMessage {
  return { type: 'webchat', card: checked.card };
}
