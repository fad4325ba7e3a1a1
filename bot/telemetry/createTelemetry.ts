import { noTelemetry, type Telemetry, type TelemetrySink, telemetryTo } from './telemetry.ts';

/** What telemetry needs. */
export interface TelemetryOptions {
  /** Of Application Insights; without it nothing is sent, and the SDK is not even loaded. */
  connectionString: string | undefined;
  /** Id of the organisation, when a process serves several. */
  org?: string | undefined;
  /** Hides conversation ids; see `conversationHash`. */
  conversation: (id: string) => string;
  /** Default: Application Insights. */
  openSink?: (connectionString: string, org?: string) => Promise<TelemetrySink>;
  onUnavailable?: (error: unknown) => void;
}

/** Makes the bot's telemetry; it sends after `start`. */
export function createTelemetry({
  connectionString,
  org,
  conversation,
  openSink = loadApplicationInsights,
  onUnavailable = () => {},
}: TelemetryOptions): Telemetry {
  if (connectionString === undefined) return noTelemetry;
  return telemetryTo({
    openSink: () => openSink(connectionString, org),
    conversation,
    onUnavailable,
  });
}

async function loadApplicationInsights(connectionString: string, org?: string): Promise<TelemetrySink> {
  // Read when the SDK is loaded: without it the SDK reports on itself to Microsoft.
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT ??= '1';
  const { openApplicationInsights } = await import('./applicationInsights.ts');
  return openApplicationInsights(connectionString, org);
}
