import type { Delivery } from './outbox.ts';

/**
 * Whether the customer needs the text of a card in its place: Genesys refused the card for good, or it could not be delivered.
 * A conversation that has ended needs none.
 *
 * @param textOnUnknown whether a card that may have arrived gets one, too: the customer may then have both; default false
 */
export function needsText({ outcome, code }: Delivery, textOnUnknown = false): boolean {
  if (code === 'genesys.conversationEnded') return false;
  return outcome === 'rejected' || outcome === 'failed' || (outcome === 'unknown' && textOnUnknown);
}
