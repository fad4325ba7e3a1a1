import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { atMostEntries } from '../../cards/delivery/atMostEntries.ts';
import { makePrivateDir } from '../../cards/delivery/store/sqlite/privateFiles.ts';

const keyBytes = 32;
const digits = 16;
/** Conversations whose hash is remembered. */
const remembered = 10_000;

/** Where the key comes from. */
export interface HashKeySource {
  /** A secret of the bot that all its instances have; without one a random key is kept in `dataDir`. */
  secret: string | undefined;
  dataDir: string;
}

/**
 * The key of the hashes. From a secret it is derived (HKDF-SHA256), so that instances agree on it and it reveals nothing of
 * the secret; else it is made once and kept in the file `telemetry.key`, so that it survives a restart.
 */
export function hashKey({ secret, dataDir }: HashKeySource): Buffer {
  if (secret !== undefined)
    return Buffer.from(hkdfSync('sha256', secret, '', 'telemetry: conversation ids', keyBytes));
  if (dataDir === ':memory:') return randomBytes(keyBytes);
  const file = join(dataDir, 'telemetry.key');
  try {
    makePrivateDir(dataDir);
    writeFileSync(file, randomBytes(keyBytes).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch {
    // The file exists already or cannot be written: reading shows which.
  }
  try {
    const key = Buffer.from(readFileSync(file, 'utf8'), 'hex');
    if (key.length === keyBytes) return key;
  } catch {
    // Without a place to keep it the key lasts as long as the process.
  }
  return randomBytes(keyBytes);
}

/** Makes the function that hashes conversation ids: the first 64 bits of HMAC-SHA256 in hexadecimal. */
export function createConversationHash(key: Buffer): (id: string) => string {
  const known = new LRUCache<string, string>(atMostEntries(remembered));
  return (id) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const hash = createHmac('sha256', key).update(id).digest('hex').slice(0, digits);
    known.set(id, hash);
    return hash;
  };
}
