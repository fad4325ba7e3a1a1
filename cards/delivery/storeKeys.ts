import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { OutgoingCard } from './outbox.ts';

/** What the keys of a store are derived from. */
export interface StoreSecrets {
  /** Given by the operator, the newest first; may be empty. */
  readonly given: readonly string[];
  /** Made by the store and kept beside its data. */
  readonly own: string;
}

/** Who can have signed something: somebody with a secret of the operator, somebody who can read the store, or anybody. */
export type Signer = 'operator' | 'store' | 'anybody';

interface StoreKey {
  /** Names the key in what it signed: its signer, and 8 hexadecimal digits that reveal nothing of it. */
  readonly id: string;
  /** A `KeyObject`: with the bytes themselves an HMAC takes four times as long. */
  readonly key: KeyObject;
  readonly signer: Signer;
}

/**
 * The keys of one purpose, derived (HKDF-SHA256) from a store's secrets: the newest secret of the operator signs what is new
 * (without one, the store's own does), and all of them check what they signed.
 */
class PurposeKeys {
  readonly #keys: readonly StoreKey[];
  readonly #newest: StoreKey;

  constructor({ given, own }: StoreSecrets, purpose: string) {
    const ownKey = deriveKey(own, purpose, 'store');
    this.#keys = [...given.map((secret) => deriveKey(secret, purpose, 'operator')), ownKey];
    this.#newest = this.#keys[0] ?? ownKey;
  }

  /** Gives `<key id>.<HMAC-SHA256 in hexadecimal>` of a text. */
  sign(text: string): string {
    return signText(this.#newest, text);
  }

  /** The HMAC-SHA256 of a text by the newest key, without the key's name. */
  digest(text: string): Buffer {
    return createHmac('sha256', this.#newest.key).update(text).digest();
  }

  /** Says who can have made this signature of a text; `anybody` when none of the keys did. */
  signerOf(given: string, text: string): Signer {
    const key = this.#keys.find(({ id }) => given.startsWith(`${id}.`));
    if (key === undefined) return 'anybody';
    const expected = Buffer.from(signText(key, text));
    const isOurs = given.length === expected.length && timingSafeEqual(Buffer.from(given), expected);
    return isOurs ? key.signer : 'anybody';
  }

  /** True for a signature by a secret of the operator that is not among ours. */
  isForeign(given: string): boolean {
    return given.startsWith('operator-') && !this.#keys.some(({ id }) => given.startsWith(`${id}.`));
  }
}

/** Keys of one purpose. */
export type StoreKeys = Pick<PurposeKeys, 'sign' | 'digest' | 'signerOf' | 'isForeign'>;

/** The keys of a store: each purpose has its own, so that what one signed is never taken for another's. */
export interface StoreKeyring {
  /** The chain of the audit log. */
  readonly chain: StoreKeys;
  /** Entries of the audit log that were changed when their conversation was forgotten. */
  readonly seal: StoreKeys;
  /** Hashes of what cards hold, by which a repeat is known. */
  readonly body: StoreKeys;
  /** Hashes of the messages that were answered. */
  readonly turn: StoreKeys;
}

/** Derives the keys of a store. */
export function deriveKeyring(secrets: StoreSecrets): StoreKeyring {
  const of = (purpose: keyof StoreKeyring) => new PurposeKeys(secrets, purpose);
  return { chain: of('chain'), seal: of('seal'), body: of('body'), turn: of('turn') };
}

function deriveKey(secret: string, purpose: string, signer: Signer): StoreKey {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', `card store: ${purpose}`, 32));
  const name = hash('sha256', Buffer.concat([bytes, Buffer.from('id')])).slice(0, 8);
  return { id: `${signer}-${name}`, key: createSecretKey(bytes), signer };
}

function signText({ id, key }: StoreKey, text: string): string {
  return `${id}.${createHmac('sha256', key).update(text).digest('hex')}`;
}

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
