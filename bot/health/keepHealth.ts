import type { Store } from '../../cards/delivery/store/store.ts';
import { createEvery, type Every, keepDoing } from '../process/every.ts';
import type { DeliveryHealth } from './deliveryHealth.ts';
import { heartbeatMs } from './healthRecord.ts';

/** How the health of deliveries is kept. */
export interface KeepHealthOptions {
  health: DeliveryHealth;
  store: Pick<Store, 'check' | 'readNumbers' | 'noteSample' | 'writeHealth'>;
  /** Calls back again and again; default: each second, by a timer that keeps no process alive. */
  every?: Every;
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
}

/** How often the store is asked how it is, in milliseconds; while it is away, at each look. */
const askStoreEveryMs = 10_000;

/**
 * Asks the store again and again how it is, notes a sample for the operator's charts, and writes what is known of the health of deliveries there: each change within
 * a second, and a sign of life every half minute. Gives the way to stop it.
 */
export function keepHealth({
  health,
  store,
  every: repeat = createEvery(1_000),
  now = () => performance.now(),
}: KeepHealthOptions): () => Promise<void> {
  let written = -1;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  const look = async (): Promise<void> => {
    try {
      health.tick();
      if (health.has('database') || now() - askedAt >= askStoreEveryMs) {
        askedAt = now();
        await store.check();
        const numbers = await store.readNumbers();
        health.onStore(numbers);
        const { depth: waiting, oldestMs, deadLetters } = numbers;
        await store.noteSample({ waiting, oldestMs: oldestMs ?? 0, deadLetters });
      }
      const { version } = health;
      if (version !== written || now() - writtenAt >= heartbeatMs) {
        const { record } = health;
        await store.writeHealth(JSON.stringify(record));
        // Also of a trouble that ends before the store is asked again.
        if (record.troubles.length > 0)
          await store.noteSample(Object.fromEntries(record.troubles.map(({ kind }) => [kind, 1])));
        written = version;
        writtenAt = now();
      }
    } catch (error) {
      health.onStoreFailure(error);
    }
  };
  return keepDoing(look, repeat);
}
