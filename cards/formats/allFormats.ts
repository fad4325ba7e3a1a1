import type { CheckedCard } from '../checks/checkedCard.ts';
import { type AdaptiveCard, formatAdaptiveCard } from './adaptiveCard.ts';
import type { GenesysMessage } from './genesysContent.ts';
import { formatGenesysMessage } from './genesysMessage.ts';
import { formatGuestMessage, type GuestMessage } from './guestMessage.ts';

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
export function formatAll(card: CheckedCard): AllFormats {
  return {
    guest: formatGuestMessage(card),
    genesys: formatGenesysMessage(card).messages,
    adaptive: formatAdaptiveCard(card),
    text: card.text,
  };
}
