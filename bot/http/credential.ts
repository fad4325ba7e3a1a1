import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** How Genesys shows that it is Genesys: a credential field of the integration, sent as a header with every call. */
export interface CredentialOptions {
  /** Name of the field; default `authorization`. */
  header?: string | undefined;
  /** Accepted values; several while one is being changed. None: nobody may call. A leading `Bearer ` is ignored. */
  secrets: readonly string[];
}

/** What a caller's credential is worth: 401 for a missing or wrong one, 403 when none is configured at all. */
export type Verdict = 'accepted' | 401 | 403;

/** Makes the check of callers. */
export function createCredentialCheck({ header = 'authorization', secrets }: CredentialOptions) {
  const name = header.toLowerCase();
  const accepted = secrets.map(withoutScheme).filter((secret) => secret !== '');
  const find = createSecretFinder(accepted);
  return ({ headers }: Pick<IncomingMessage, 'headers'>): Verdict => {
    if (accepted.length === 0) return 403;
    const given = headers[name];
    const found = find(typeof given === 'string' ? withoutScheme(given) : '');
    return found === undefined ? 401 : 'accepted';
  };
}

function withoutScheme(value: string): string {
  return value.replace(/^\s*bearer\s+/i, '').trim();
}

/**
 * Makes a function that finds the secret of a caller: its index, the last one of equal secrets; undefined for a wrong secret.
 *
 * Constant time: values are compared by their hash, and all of them are compared, so that neither a prefix nor a length nor the
 * number of secrets can be measured.
 */
export function createSecretFinder(secrets: readonly string[]): (given: string) => number | undefined {
  const hashes = secrets.map(hashOf);
  return (given) => {
    const hash = hashOf(given);
    let found: number | undefined;
    hashes.forEach((one, index) => {
      if (timingSafeEqual(hash, one)) found = index;
    });
    return found;
  };
}

function hashOf(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
