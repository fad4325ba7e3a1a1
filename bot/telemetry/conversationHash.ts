import { createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDir } from '../../cards/delivery/store/sqlite/privateFiles.ts';

const keyBytes = 32;
const digits = 16;

/** The sources of the key. */
interface HashKeySource {
  /** A secret that all instances of the bot have; without it a random key is kept in `dataDir`. */
  secret: string | undefined;
  dataDir: string;
  /** Called when the kept key cannot be used, with the error of the file if there is one. Then each start has another key. */
  onUnusable?: (file: string, error?: unknown) => void;
}

/**
 * Returns the key of the hashes: derived from the secret (HKDF-SHA256), so that all instances have the same and it reveals nothing of
 * the secret; else a random one in the file `telemetry.key`, which survives a restart.
 */
export function hashKey({ secret, dataDir, onUnusable }: HashKeySource): Buffer {
  if (secret !== undefined)
    return Buffer.from(hkdfSync('sha256', secret, '', 'telemetry: conversation ids', keyBytes));
  if (dataDir === ':memory:') return randomBytes(keyBytes);
  const file = join(dataDir, 'telemetry.key');
  try {
    makePrivateDir(dataDir);
    writeFileSync(file, randomBytes(keyBytes).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch {
    // The file exists already, or cannot be written: reading it shows which.
  }
  try {
    const key = Buffer.from(readFileSync(file, 'utf8'), 'hex');
    if (key.length === keyBytes) return key;
    onUnusable?.(file);
  } catch (error) {
    onUnusable?.(file, error);
  }
  return randomBytes(keyBytes);
}

/** Creates the function that hashes conversation ids: the first 64 bits of HMAC-SHA256 in hexadecimal. */
export function createConversationHash(key: Buffer): (id: string) => string {
  // With the bytes themselves an HMAC takes four times as long.
  const secret = createSecretKey(key);
  return (id) => createHmac('sha256', secret).update(id).digest('hex').slice(0, digits);
}
