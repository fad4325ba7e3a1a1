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

/** A checked event to send. */
export interface SentEvent {
  readonly name: EventName;
  readonly operationId: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly measurements: Readonly<Record<string, number>>;
}

/** A checked call to send. */
export interface SentCall extends Omit<Call, 'messageId' | 'correlationId'> {
  readonly operationId: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** Receives checked telemetry. Its functions do not throw, and only `close` waits. */
export interface TelemetrySink {
  event(event: SentEvent): void;
  call(call: SentCall): void;
  metric(name: MetricName, value: number): void;
  /** Sends waiting telemetry, for a limited time. */
  close(): Promise<void>;
}

/** The telemetry of the bot. */
export interface Telemetry {
  /** False when nothing is sent; then listeners gather nothing. */
  readonly isOn: boolean;
  /** Opens the sink. A failure is reported and does not stop the bot. */
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
  /** The keyed hash of a conversation's id. */
  conversation(id: string): string;
  /** Sends waiting telemetry, for at most two seconds. */
  close(): Promise<void>;
}

/** Options of `createTelemetry`. */
interface TelemetryOptions {
  /** Connection string of Application Insights; undefined: nothing is sent, and the SDK is not loaded. */
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
 * Creates the bot's telemetry. After `start` it sends the events, properties and measurements of the registry, each value checked by
 * the rule of its property, and nothing else.
 */
export function createTelemetry({
  connectionString,
  org,
  conversation,
  openSink = loadApplicationInsights,
  onUnavailable = () => {},
}: TelemetryOptions): Telemetry {
  let sink: TelemetrySink | undefined;
  return {
    isOn: connectionString !== undefined,
    start: async () => {
      if (connectionString === undefined) return;
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

/** Takes only properties that the registry names; a value that its rule does not allow becomes `other`. */
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
  // Without this variable the SDK sends statistics about itself to Microsoft.
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT ??= '1';
  const { openApplicationInsights } = await import('./applicationInsights.ts');
  return openApplicationInsights(connectionString, org);
}
