import type { Store } from '../../cards/delivery/store/store.ts';
import { createEvery, type Every, keepDoing } from '../process/every.ts';
import type { DeliveryHealth } from './deliveryHealth.ts';
import { heartbeatMs } from './healthRecord.ts';

/** Options of `keepHealth`. */
interface KeepHealthOptions {
  health: DeliveryHealth;
  store: Pick<Store, 'check' | 'readNumbers' | 'noteSample' | 'writeHealth'>;
  /** Default: calls back each second, by a timer that keeps no process alive. */
  every?: Every;
  /** Monotonic milliseconds; default `performance.now`. */
  now?: () => number;
}

/** How often the store is checked, in milliseconds; while it is unavailable, at each call back. */
const askStoreEveryMs = 10_000;

/**
 * Checks the store every 10 seconds, adds a sample to the operator's charts, and writes the health of deliveries to the store: each
 * change within a second, and a heartbeat every half minute. Returns the function that stops it.
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
        // Here, so that a trouble which ends before the next check has a sample, too.
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
