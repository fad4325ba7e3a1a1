import type { CheckedCard } from '../checks/checkedCard.ts';
import { type AdaptiveCard, adaptiveCard } from './adaptiveCard.ts';
import type { GenesysMessage } from './genesysContent.ts';
import { genesysMessage } from './genesysMessage.ts';
import { type GuestMessage, guestMessage } from './guestMessage.ts';

/** A card in every format: one for each kind of receiver. */
export interface AllFormats {
  guest: GuestMessage;
  genesys: GenesysMessage[];
  adaptive: AdaptiveCard;
  text: string;
}

/** The names of the formats. */
export const formatNames = ['guest', 'genesys', 'adaptive', 'text'] as const satisfies (keyof AllFormats)[];

/** Shows a card in every format. */
export function allFormats(card: CheckedCard): AllFormats {
  return {
    guest: guestMessage(card),
    genesys: genesysMessage(card).messages,
    adaptive: adaptiveCard(card),
    text: card.text,
  };
}
