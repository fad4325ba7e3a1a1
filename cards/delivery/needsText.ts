import type { AuditEntry } from './audit.ts';

/**
 * Whether the customer needs the text of a card in its place: Genesys refused the card for good, or it could not be delivered.
 * A conversation that has ended needs none.
 *
 * @param textOnUnknown whether a card that may have arrived gets one, too: the customer may then have both; default false
 */
export function needsText(
  { event, code }: Pick<AuditEntry, 'event' | 'code'>,
  textOnUnknown = false,
): boolean {
  if (code === 'genesys.conversationEnded') return false;
  return event === 'rejected' || event === 'failed' || (event === 'unknown' && textOnUnknown);
}
