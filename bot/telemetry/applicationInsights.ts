import { hostname } from 'node:os';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TelemetryClient } from 'applicationinsights';
import { waitAtMost } from '../../cards/delivery/clock.ts';
import { isLoopback } from '../config/rules.ts';
import type { SentCall, SentEvent, TelemetrySink } from './telemetry.ts';

/** The name of the bot's role in Application Insights. */
const roleName = 'genesys-card-bot';
/** Time limit of one batch with its retries, in milliseconds: without it hanging batches would pile up. */
const requestMs = 10_000;
/** How long the bot's end waits for the last telemetry, in milliseconds: to send it, then to store the rest. */
const flushMs = 1_800;
const keepMs = 200;

/**
 * Sends to Application Insights by its SDK, isolated from the process: no patched modules, no global providers, no sampling. The SDK
 * sends batches after a second or more; while the ingestion is unavailable it drops items beyond 2,048 of a kind.
 *
 * Import this file only when telemetry is on: the SDK takes most of a second to load.
 *
 * @param connectionString as the Azure portal shows it; an IngestionEndpoint on this machine may be plain http
 * @param org added to the name of the instance, when a process serves several organisations
 */
export function openApplicationInsights(connectionString: string, org?: string): TelemetrySink {
  // The SDK has no other way to set the operation of an event; it emits within the call.
  let operationId = '';
  const end = new AbortController();
  const client = new TelemetryClient(connectionString, { useGlobalProviders: false });
  client.config.azureMonitorOpenTelemetryOptions = {
    azureMonitorExporterOptions: {
      connectionString,
      additionalPolicies: [
        {
          position: 'perCall',
          policy: {
            name: 'limit',
            sendRequest: (request, send) => {
              request.abortSignal = AbortSignal.any([end.signal, AbortSignal.timeout(requestMs)]);
              return send(request);
            },
          },
        },
      ],
      ...readLocalEndpoint(connectionString),
    },
    resource: resourceFromAttributes({
      'service.name': roleName,
      'service.instance.id': org === undefined ? hostname() : `${hostname()}/${org}`,
    }),
    logRecordProcessors: [
      {
        onEmit: (record) => {
          record.spanContext = { traceId: operationId, spanId: '', traceFlags: 1 };
        },
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  };
  client.initialize();
  return {
    event: ({ name, properties, measurements, ...event }: SentEvent) => {
      operationId = event.operationId;
      client.trackEvent({ name, properties, measurements });
    },
    call: (call) => client.trackDependency(createDependency(call)),
    metric: (name, value) => client.trackMetric({ name, value }),
    close: async () => {
      await waitAtMost(flushMs, client.flush());
      end.abort();
      await waitAtMost(keepMs, client.shutdown());
    },
  };
}

function createDependency({ operationId, method, name, origin, durationMs, status, properties }: SentCall) {
  const host = origin.slice(origin.indexOf('//') + 2);
  return {
    // The SDK reads the operation from here.
    id: operationId,
    name: `${method} ${name}`,
    dependencyTypeName: 'HTTP',
    target: host,
    data: '',
    duration: Math.max(0, durationMs),
    resultCode: status ?? 0,
    success: status !== undefined && status < 400,
    // The exporter reads these names; it ignores the older ones that the SDK itself sets.
    properties: {
      ...properties,
      'http.request.method': method,
      'url.full': origin + name,
      'server.address': host,
      ...(status === undefined ? {} : { 'http.response.status_code': status }),
    },
  };
}

/** Options for an ingestion on this machine: the SDK would use https, and store unsent items for the next start. */
function readLocalEndpoint(connectionString: string) {
  const endpoint = /(?:^|;)\s*IngestionEndpoint=(http:\/\/[^;]+)/i.exec(connectionString)?.[1];
  if (endpoint === undefined || !URL.canParse(endpoint) || !isLoopback(new URL(endpoint).hostname)) return {};
  return { host: new URL(endpoint).origin, allowInsecureConnection: true, disableOfflineStorage: true };
}
