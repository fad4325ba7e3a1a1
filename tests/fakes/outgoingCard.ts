import type { OutgoingCard } from '../../cards/delivery/outbox.ts';

/** A card for the outbox with harmless defaults. */
export function outgoingCard(parts: Partial<OutgoingCard> = {}): OutgoingCard {
  const messageId = parts.messageId ?? 'm-1';
  return {
    messageId,
    conversationId: 'c-1',
    route: 'guest',
    body: JSON.stringify({ messageId }),
    text: 'The text of the card.',
    templateId: 'order-status-v1',
    templateVersion: '1',
    templateHash: '0123456789abcdef',
    operationId: 'op-1',
    reference: '',
    ...parts,
  };
}
