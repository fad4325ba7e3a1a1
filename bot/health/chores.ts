import type { DeliveryNumbers, Store } from '../../cards/delivery/store/store.ts';
import { readErrorFields } from '../log/errorFields.ts';
import type { Log } from '../log/log.ts';
import type { MetricName } from '../telemetry/events.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { DeliveryHealth } from './deliveryHealth.ts';
import { heartbeatMs } from './healthRecord.ts';

// The periodic work of a bot: it writes its health to the store, deletes expired records, and sends metrics.

/** Calls back again and again until it is cancelled. */
export type Every = (callback: () => void) => { cancel: () => void };

/** Creates an `Every` with a period in milliseconds, by a timer that keeps no process alive. */
export function createEvery(ms: number): Every {
  return (callback) => {
    const timer = setInterval(callback, ms).unref();
    return { cancel: () => clearInterval(timer) };
  };
}

/**
 * Does work now and at each call back, but never twice at once. Returns the function that stops it and waits for running work.
 *
 * @param work never rejects
 */
function repeatWork(work: () => Promise<void>, repeat: Every): () => Promise<void> {
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    try {
      await work();
    } finally {
      running = undefined;
    }
  };
  const start = () => {
    running ??= run();
  };
  start();
  const timer = repeat(start);
  return async () => {
    timer.cancel();
    await running;
  };
}

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
  return repeatWork(look, repeat);
}

const day = 24 * 60 * 60 * 1_000;

/** How long records are kept, in days. */
interface Retention {
  /** Finished cards, dead letters and the state of conversations. */
  readonly cardDays: number;
  /** The audit log. */
  readonly auditDays: number;
}

interface RetentionOptions {
  retention: Retention;
  /** Deletes records that are older than their bound; returns their numbers by kind. */
  prune: (bounds: Parameters<Store['prune']>[0]) => Promise<Readonly<Record<string, number>>>;
  log: Log;
  /** Default: calls back each hour, by a timer that keeps no process alive. */
  every?: Every;
  /** Wall clock in milliseconds. */
  now?: () => number;
}

/**
 * Deletes expired records, now and once an hour. Returns the function that stops it and waits for a deletion under way.
 *
 * A deletion that fails is logged, and retried in an hour.
 */
export function keepRetention({
  retention: { cardDays, auditDays },
  prune,
  log,
  every: repeat = createEvery(60 * 60 * 1_000),
  now = Date.now,
}: RetentionOptions): () => Promise<void> {
  const run = async (): Promise<void> => {
    try {
      const pruned = await prune({
        cardsBefore: now() - cardDays * day,
        auditBefore: now() - auditDays * day,
      });
      for (const [what, count] of Object.entries(pruned)) {
        if (count > 0) log.info({ event: 'store.pruned', what, count }, 'Expired records deleted');
      }
    } catch (error) {
      log.warn(
        { event: 'store.pruneFailed', ...readErrorFields(error) },
        'Expired records could not be deleted; the bot retries in an hour',
      );
    }
  };
  return repeatWork(run, repeat);
}

/** Options of `sendDeliveryMetrics`. */
interface DeliveryMetricsOptions {
  telemetry: Telemetry;
  /** Reads the store; may reject. */
  read: () => Promise<DeliveryNumbers>;
  /** Default: calls back each minute, by a timer that keeps no process alive. */
  every?: Every;
}

/** Sends the numbers of deliveries as metrics, now and once a minute. Returns the function that stops it. */
export function sendDeliveryMetrics({
  telemetry,
  read,
  every: repeat = createEvery(60_000),
}: DeliveryMetricsOptions): () => Promise<void> {
  if (!telemetry.isOn) return async () => {};
  const send = async (): Promise<void> => {
    try {
      const { depth, oldestMs, deadLetters, successRate, p50Ms, p95Ms, p99Ms } = await read();
      const metrics: [MetricName, number | null][] = [
        ['queue.depth', depth],
        ['queue.oldestSeconds', (oldestMs ?? 0) / 1_000],
        ['deadLetters', deadLetters],
        ['successRate', successRate],
        ['delivery.p50Ms', p50Ms],
        ['delivery.p95Ms', p95Ms],
        ['delivery.p99Ms', p99Ms],
      ];
      for (const [name, value] of metrics) if (value !== null) telemetry.metric(name, value);
    } catch {
      // The store is unavailable: readiness and the log report it, and the next minute asks again.
    }
  };
  return repeatWork(send, repeat);
}
