import type { SentCall, SentEvent, Telemetry } from '../../bot/telemetry/telemetry.ts';
import { createTelemetry } from '../../bot/telemetry/telemetry.ts';

/** Telemetry that goes nowhere, and what was sent. */
export interface RecordedTelemetry {
  telemetry: Telemetry;
  events: SentEvent[];
  calls: SentCall[];
  metrics: [name: string, value: number][];
}

/** Makes telemetry that is started and keeps what the real one would send; a conversation's hash is its length. */
export async function recordedTelemetry(): Promise<RecordedTelemetry> {
  const events: SentEvent[] = [];
  const calls: SentCall[] = [];
  const metrics: [string, number][] = [];
  const telemetry = createTelemetry({
    connectionString: 'recorded',
    openSink: async () => ({
      event: (event) => void events.push(event),
      call: (call) => void calls.push(call),
      metric: (name, value) => void metrics.push([name, value]),
      close: async () => {},
    }),
    conversation: (id) => String(id.length).padStart(16, '0'),
  });
  await telemetry.start();
  return { telemetry, events, calls, metrics };
}
