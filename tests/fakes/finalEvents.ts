import type { AuditEvent } from '../../cards/delivery/cardEvents.ts';

/** The events that end a card's life; each card has exactly one of them after its last `stored` or `replayed`. */
export const finalEvents: ReadonlySet<AuditEvent> = new Set<AuditEvent>([
  'refused',
  'accepted',
  'rejected',
  'unknown',
  'failed',
]);
