import type { DeliveryNumbers } from '../../cards/delivery/store/deliveryNumbers.ts';
import { type Every, every } from '../process/every.ts';
import type { Telemetry } from './telemetry.ts';

/** How the numbers are sent. */
export interface DeliveryMetricsOptions {
  telemetry: Telemetry;
  /** Reads the store; it takes little time and may fail. */
  read: () => Promise<DeliveryNumbers>;
  /** Calls back again and again; default: a timer of a minute that keeps no process alive. */
  every?: Every;
}

/** Sends the numbers of deliveries as metrics, now and once a minute. Gives the way to stop it. */
export function sendDeliveryMetrics({
  telemetry,
  read,
  every: repeat = every(60_000),
}: DeliveryMetricsOptions): () => void {
  if (!telemetry.isOn) return () => {};
  let isReading = false;
  const send = async (): Promise<void> => {
    // A store that is slow is not asked twice at once.
    if (isReading) return;
    isReading = true;
    try {
      const { depth, oldestMs, deadLetters, ...lately } = await read();
      telemetry.metric('queue.depth', depth);
      telemetry.metric('queue.oldestSeconds', (oldestMs ?? 0) / 1_000);
      telemetry.metric('deadLetters', deadLetters);
      if (lately.successRate !== null) telemetry.metric('successRate', lately.successRate);
      if (lately.p50Ms !== null) telemetry.metric('delivery.p50Ms', lately.p50Ms);
      if (lately.p95Ms !== null) telemetry.metric('delivery.p95Ms', lately.p95Ms);
      if (lately.p99Ms !== null) telemetry.metric('delivery.p99Ms', lately.p99Ms);
    } catch {
      // The store is away: readiness and the log tell of it, and the next minute asks again.
    } finally {
      isReading = false;
    }
  };
  void send();
  const timer = repeat(() => void send());
  return () => timer.cancel();
}
