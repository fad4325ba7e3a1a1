import { createHash, timingSafeEqual } from 'node:crypto';

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
