import type {
  CallName,
  EventMeasurements,
  EventName,
  EventProperties,
  MetricName,
  PropertyName,
} from './events.ts';
import { telemetryEvents, telemetryProperties } from './events.ts';

/** A call to Genesys, as a dependency. */
export interface Call {
  readonly method: string;
  readonly name: CallName;
  /** Scheme, host and port, from the configuration. */
  readonly origin: string;
  readonly durationMs: number;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  readonly messageId: string | undefined;
  readonly correlationId: string | undefined;
}

/** An event on its way out: everything in it was checked. */
export interface SentEvent {
  readonly name: EventName;
  readonly operationId: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly measurements: Readonly<Record<string, number>>;
}

/** A call on its way out. */
export interface SentCall extends Omit<Call, 'messageId' | 'correlationId'> {
  readonly operationId: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** Where telemetry goes. Nothing of it throws or waits, but for `close`. */
export interface TelemetrySink {
  event(event: SentEvent): void;
  call(call: SentCall): void;
  metric(name: MetricName, value: number): void;
  /** Sends what waits, for a limited time. */
  close(): Promise<void>;
}

/** The telemetry of the bot. */
export interface Telemetry {
  /** False when nothing is sent: then listeners need not gather anything. */
  readonly isOn: boolean;
  /** Gets ready to send; telemetry that cannot start never stops the bot. */
  start(): Promise<void>;
  /** @param operationId ties together what belongs to one turn, its cards and their attempts */
  track<E extends EventName>(
    name: E,
    operationId: string,
    properties: EventProperties<E>,
    measurements: EventMeasurements<E>,
  ): void;
  metric(name: MetricName, value: number): void;
  /** Reports a call to Genesys. */
  call(operationId: string, call: Call): void;
  /** The keyed hash under which a conversation is known. */
  conversation(id: string): string;
  /** Sends what waits, for at most two seconds. */
  close(): Promise<void>;
}

/** Sends nothing. */
export const noTelemetry: Telemetry = {
  isOn: false,
  start: async () => {},
  track: () => {},
  metric: () => {},
  call: () => {},
  conversation: () => '',
  close: async () => {},
};

/** What telemetry needs. */
export interface TelemetryOptions {
  /** Of Application Insights; without it nothing is sent, and the SDK is not even loaded. */
  connectionString: string | undefined;
  /** Id of the organisation, when a process serves several. */
  org?: string | undefined;
  /** Hides conversation ids; see `createConversationHash`. */
  conversation: (id: string) => string;
  /** Default: Application Insights. */
  openSink?: (connectionString: string, org?: string) => Promise<TelemetrySink>;
  onUnavailable?: (error: unknown) => void;
}

/**
 * Makes the bot's telemetry; it sends after `start` what the registry names, each value checked by the rule of its property, and
 * leaves everything else out.
 */
export function createTelemetry({
  connectionString,
  org,
  conversation,
  openSink = loadApplicationInsights,
  onUnavailable = () => {},
}: TelemetryOptions): Telemetry {
  if (connectionString === undefined) return noTelemetry;
  let sink: TelemetrySink | undefined;
  return {
    isOn: true,
    start: async () => {
      try {
        sink = await openSink(connectionString, org);
      } catch (error) {
        onUnavailable(error);
      }
    },
    track: (name, operationId, properties, measurements) => {
      const { properties: names, measurements: measured } = telemetryEvents[name];
      sink?.event({
        name,
        operationId,
        properties: keepAllowed(names, properties),
        measurements: keepFinite(measured, measurements),
      });
    },
    metric: (name, value) => sink?.metric(name, value),
    call: (operationId, { messageId, correlationId, ...call }) =>
      sink?.call({
        ...call,
        operationId,
        properties: keepAllowed(['messageId', 'correlationId'], { messageId, correlationId }),
      }),
    conversation,
    close: async () => sink?.close(),
  };
}

/** Walks the registry's names, not those that were given: what it does not name cannot get out. */
function keepAllowed(
  names: readonly PropertyName[],
  given: Readonly<Partial<Record<PropertyName, string | undefined>>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = given[name];
    if (value !== undefined && value !== '')
      kept[name] = telemetryProperties[name].allows(value) ? value : 'other';
  }
  return kept;
}

function keepFinite(
  names: readonly string[],
  given: Readonly<Record<string, number | undefined>>,
): Record<string, number> {
  const kept: Record<string, number> = {};
  for (const name of names) {
    const value = given[name];
    if (value !== undefined && Number.isFinite(value)) kept[name] = Math.round(value * 1_000) / 1_000;
  }
  return kept;
}

async function loadApplicationInsights(connectionString: string, org?: string): Promise<TelemetrySink> {
  // Read when the SDK is loaded: without it the SDK reports on itself to Microsoft.
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT ??= '1';
  const { openApplicationInsights } = await import('./applicationInsights.ts');
  return openApplicationInsights(connectionString, org);
}
