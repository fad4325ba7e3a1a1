import { createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What the keys of a store are derived from. */
export interface StoreSecrets {
  /** Given by the operator, the newest first; may be empty. */
  readonly given: readonly string[];
  /** Made by the store and kept beside its data. */
  readonly own: string;
}

/** What a key is for: each purpose has a key of its own, so that what one made is never taken for another's. */
export type KeyPurpose = 'audit seal';

/** Who can have made a signature: somebody with a given secret, somebody who can read the store, or anybody. */
export type Signer = 'operator' | 'store' | 'anybody';

interface StoreKey {
  /** Names the key in what it made: 8 hexadecimal digits, which tell nothing of it. */
  readonly id: string;
  readonly key: Buffer;
  readonly signer: Signer;
}

/**
 * The keys of one purpose, derived (HKDF-SHA256) from a store's secrets: the newest given secret signs what is new (without
 * one, the store's own does), and all of them check what they signed.
 */
export class StoreKeys {
  readonly #keys: readonly StoreKey[];
  readonly #newest: StoreKey;

  constructor({ given, own }: StoreSecrets, purpose: KeyPurpose) {
    const ownKey = deriveKey(own, purpose, 'store');
    this.#keys = [...given.map((secret) => deriveKey(secret, purpose, 'operator')), ownKey];
    this.#newest = this.#keys[0] ?? ownKey;
  }

  /** Gives `<key id>.<HMAC-SHA256 in hexadecimal>` of a text. */
  sign(text: string): string {
    return signature(this.#newest, text);
  }

  /** Says who can have made this signature of a text; `anybody` when none of the keys did. */
  signerOf(given: string, text: string): Signer {
    const key = this.#keys.find(({ id }) => given.startsWith(`${id}.`));
    if (key === undefined) return 'anybody';
    const expected = Buffer.from(signature(key, text));
    const isOurs = given.length === expected.length && timingSafeEqual(Buffer.from(given), expected);
    return isOurs ? key.signer : 'anybody';
  }
}

function deriveKey(secret: string, purpose: KeyPurpose, signer: Signer): StoreKey {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `card store: ${purpose}`, 32));
  return { id: hash('sha256', Buffer.concat([key, Buffer.from('id')])).slice(0, 8), key, signer };
}

function signature({ id, key }: StoreKey, text: string): string {
  return `${id}.${createHmac('sha256', key).update(text).digest('hex')}`;
}
