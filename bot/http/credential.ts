import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The credential of Genesys: a field of the integration, sent as a header with every call. */
export interface CredentialOptions {
  /** Name of the field; default `authorization`. */
  header?: string | undefined;
  /** Accepted values; several while a secret is being changed; none: nobody may call. A leading `Bearer ` is ignored. */
  secrets: readonly string[];
}

/** Result of a credential check: 401 for a missing or wrong credential, 403 when none is configured. */
export type Verdict = 'accepted' | 401 | 403;

/** Creates the check of callers. */
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
 * Creates a function that finds the index of a caller's secret, the last one of equal secrets; undefined for a wrong secret.
 *
 * It runs in constant time: it compares the hashes of all secrets, so that a caller can measure no prefix, length or number.
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
