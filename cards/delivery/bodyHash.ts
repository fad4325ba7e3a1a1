import { hash } from 'node:crypto';
import type { OutgoingCard } from './outbox.ts';
import type { StoreKeys } from './storeKeys.ts';

/** The keyed hash by which a repeat of a card is known: it has the same conversation, and the same body or request. */
export function hashBody(card: OutgoingCard, keys: StoreKeys): string {
  return keys.sign(writeHashedText(card));
}

/** Whether a stored hash belongs to this card. Hashes of the first version have no key. */
export function hasBodyHash(stored: unknown, card: OutgoingCard, keys: StoreKeys): boolean {
  const text = writeHashedText(card);
  return stored === hash('sha256', text) || keys.signerOf(String(stored), text) !== 'anybody';
}

function writeHashedText({ conversationId, body, request }: OutgoingCard): string {
  // A request names its conversation itself.
  return request ?? `${conversationId}\n${body}`;
}
