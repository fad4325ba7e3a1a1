import type { DeliveryNumbers } from '../../cards/delivery/store/deliveryNumbers.ts';
import { createEvery, type Every, keepDoing } from '../process/every.ts';
import type { MetricName } from './events.ts';
import type { Telemetry } from './telemetry.ts';

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
  return keepDoing(send, repeat);
}
