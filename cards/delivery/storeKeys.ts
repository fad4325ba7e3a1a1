import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { OutgoingCard } from './outbox.ts';

/** The secrets from which the keys of a store are derived. */
interface StoreSecrets {
  /** The operator's, the newest first; may be empty. */
  readonly given: readonly string[];
  /** Made by the store and kept beside its data. */
  readonly own: string;
}

/** The possible signers of a text: holders of the operator's secret, readers of the store, or anybody. */
export type Signer = 'operator' | 'store' | 'anybody';

interface StoreKey {
  /** The name of the key in its signatures: its signer, and 8 hexadecimal digits that reveal nothing of it. */
  readonly id: string;
  /** A `KeyObject`: with the bytes themselves an HMAC takes four times as long. */
  readonly key: KeyObject;
  readonly signer: Signer;
}

/**
 * The keys of one purpose, derived (HKDF-SHA256) from a store's secrets. The newest secret of the operator signs new texts;
 * without one, the store's own does. All of them verify their signatures.
 */
export class StoreKeys {
  readonly #keys: readonly StoreKey[];
  readonly #newest: StoreKey;

  constructor({ given, own }: StoreSecrets, purpose: string) {
    const ownKey = deriveKey(own, purpose, 'store');
    this.#keys = [...given.map((secret) => deriveKey(secret, purpose, 'operator')), ownKey];
    this.#newest = this.#keys[0] ?? ownKey;
  }

  /** Returns `<key id>.<HMAC-SHA256 in hexadecimal>` of a text. */
  sign(text: string): string {
    return signText(this.#newest, text);
  }

  /** The HMAC-SHA256 of a text by the newest key, without the key's name. */
  digest(text: string): Buffer {
    return createHmac('sha256', this.#newest.key).update(text).digest();
  }

  /** Returns the signer of a text; `anybody` when none of the keys made the signature. */
  signerOf(signature: string, text: string): Signer {
    const key = this.#keys.find(({ id }) => signature.startsWith(`${id}.`));
    if (key === undefined) return 'anybody';
    const expected = Buffer.from(signText(key, text));
    const isOurs = signature.length === expected.length && timingSafeEqual(Buffer.from(signature), expected);
    return isOurs ? key.signer : 'anybody';
  }

  /** True for a signature by a secret of the operator that is not among ours. */
  isForeign(signature: string): boolean {
    return signature.startsWith('operator-') && !this.#keys.some(({ id }) => signature.startsWith(`${id}.`));
  }
}

/** The keys of a store: each purpose has its own, so that a signature of one is never accepted for another. */
export interface StoreKeyring {
  /** The chain of the audit log. */
  readonly chain: StoreKeys;
  /** Entries of the audit log that were changed when their conversation was forgotten. */
  readonly seal: StoreKeys;
  /** Hashes of the contents of cards, by which a repeat is recognized. */
  readonly body: StoreKeys;
  /** Hashes of the messages that were answered. */
  readonly turn: StoreKeys;
}

/** Derives the keys of a store. */
export function deriveKeyring(secrets: StoreSecrets): StoreKeyring {
  const derive = (purpose: keyof StoreKeyring) => new StoreKeys(secrets, purpose);
  return { chain: derive('chain'), seal: derive('seal'), body: derive('body'), turn: derive('turn') };
}

function deriveKey(secret: string, purpose: string, signer: Signer): StoreKey {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', `card store: ${purpose}`, 32));
  const name = hash('sha256', Buffer.concat([bytes, Buffer.from('id')])).slice(0, 8);
  return { id: `${signer}-${name}`, key: createSecretKey(bytes), signer };
}

function signText({ id, key }: StoreKey, text: string): string {
  return `${id}.${createHmac('sha256', key).update(text).digest('hex')}`;
}

/** The keyed hash by which a repeat of a card is recognized: same conversation, and same body or request. */
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
