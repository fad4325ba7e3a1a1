import {
  type AuditEntry,
  type AuditEvent,
  type CardEvent,
  type CardListener,
  createAuditEntry,
  deliveryOf,
  isFinal,
} from '../../cards/delivery/cardEvents.ts';
import type { Delivery } from '../../cards/delivery/outbox.ts';
import { outgoingCard } from './outgoingCard.ts';

/** An event of a card; `more` are further parts of its entry. */
export function cardEvent(
  event: AuditEvent,
  more: Partial<AuditEntry> = {},
  { card = outgoingCard(), attempt }: Partial<Pick<CardEvent, 'card' | 'attempt'>> = {},
): CardEvent {
  return { entry: createAuditEntry(event, card, 0, more), card, attempt };
}

/** A listener that hears only how cards end. */
export function onEnd(listen: (delivery: Delivery, event: CardEvent) => void): CardListener {
  return (event) => {
    if (isFinal(event.entry)) listen(deliveryOf(event.entry), event);
  };
}
