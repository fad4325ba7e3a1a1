import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { type FakeServer, json, listen } from './listen.ts';

const envelopeSchema = z.looseObject({
  name: z.string(),
  time: z.string(),
  tags: z.record(z.string(), z.string()),
  data: z.looseObject({
    baseType: z.string(),
    baseData: z.looseObject({
      name: z.string().optional(),
      properties: z.record(z.string(), z.string()).default({}),
      measurements: z.record(z.string(), z.number()).default({}),
    }),
  }),
});

/** One item as Application Insights' ingestion gets it. */
export type Envelope = z.infer<typeof envelopeSchema>;

/** How the ingestion behaves: well, with a server error that is not JSON, or never with an answer. */
export type IngestionMood = 'well' | 'broken' | 'hanging';

/** A local stand-in for Application Insights' ingestion, for the real SDK. */
export interface Ingestion {
  connectionString: string;
  server: FakeServer;
  /** Every item so far. */
  envelopes(): Envelope[];
  /** The events so far, in the order in which they happened. */
  events(): {
    name: string;
    operationId: string | undefined;
    properties: Record<string, string>;
    measurements: Record<string, number>;
  }[];
  /** Resolves when the first request has come. */
  isAsked: Promise<void>;
  close(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startIngestion(mood: IngestionMood = 'well'): Promise<Ingestion> {
  const asked = Promise.withResolvers<void>();
  const answer = (body: string, response: ServerResponse) => {
    asked.resolve();
    if (mood === 'hanging') return;
    if (mood === 'broken') {
      response.statusCode = 500;
      return response.end('out of order');
    }
    const { length } = JSON.parse(body);
    return json(response, 200, { itemsReceived: length, itemsAccepted: length, errors: [] });
  };
  const server = await listen(({ body }, response) => void answer(body, response));
  const envelopes = () => server.seen.flatMap(({ body }) => z.array(envelopeSchema).parse(JSON.parse(body)));
  return {
    connectionString: `InstrumentationKey=00000000-0000-4000-8000-000000000001;IngestionEndpoint=${server.url}`,
    server,
    envelopes,
    events: () =>
      envelopes()
        .filter(({ data }) => data.baseType === 'EventData')
        .map(({ data: { baseData }, tags }) => ({
          name: baseData.name ?? '',
          operationId: tags['ai.operation.id'],
          properties: baseData.properties,
          measurements: baseData.measurements,
        })),
    isAsked: asked.promise,
    close: () => server.close(),
  };
}
