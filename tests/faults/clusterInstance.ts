import { createGenesysRoutes } from '../../cards/delivery/createGenesysRoutes.ts';
import { createHttpClient, type Http } from '../../cards/delivery/http.ts';
import { PostgresOutbox } from '../../cards/delivery/store/postgres/postgresOutbox.ts';
import { PostgresStore } from '../../cards/delivery/store/postgres/postgresStore.ts';
import { createSharedLimiter } from '../../cards/delivery/store/postgres/sharedLimiter.ts';
import { onEnd } from '../fakes/cardEvent.ts';
import {
  type FromInstance,
  type InstanceOptions,
  instanceOptionsSchema,
  type ToInstance,
} from './clusterProtocol.ts';
import { numberedSubmitter } from './submitNumbered.ts';

/**
 * One of several instances on a database: the store, the outbox and the routes to Genesys as a bot with DATABASE_URL has
 * them, fed by its parent. SIGTERM ends it as it ends the bot.
 */
async function start(options: InstanceOptions): Promise<void> {
  const tell = (message: FromInstance) => process.send?.(message);
  const { databaseUrl, url, clientId, clientSecret, requestsPerMinute, timeoutMs, dropsRepeats } = options;
  const store = new PostgresStore({ url: databaseUrl });
  const client = createHttpClient();
  const http: Http = (request) => {
    if (request.url.endsWith('/messages')) tell({ kind: 'sent', at: Date.now() });
    return client.request(request);
  };
  const outbox = new PostgresOutbox({
    store,
    routes: createGenesysRoutes({
      loginUrl: url,
      apiUrl: url,
      clientId,
      clientSecret,
      scope: 'webchat:guest:write',
      http,
      requestsPerMinute,
      limiter: createSharedLimiter(store.database, requestsPerMinute),
      dropsRepeats,
      timeoutMs,
    }),
    listeners: [
      onEnd(({ messageId, outcome, durationMs = 0 }) =>
        tell({ kind: 'settled', messageId, outcome, durationMs }),
      ),
    ],
  });
  const submit = numberedSubmitter(outbox, tell);
  process.on('message', (message: ToInstance) => {
    if (message.kind === 'card') {
      void submit(message.card);
      return;
    }
    const { user, system } = process.cpuUsage();
    const { groups, writes } = store.writes.counts;
    tell({ kind: 'report', cpuMs: (user + system) / 1_000, transactions: groups, writes });
  });
  process.on('SIGTERM', async () => {
    await outbox.stop(6_000);
    await store.close();
    client.close();
    process.exit(0);
  });
  // The parent is gone: nobody would ever end this process.
  process.on('disconnect', () => process.exit(1));
  await store.start();
  await outbox.start();
  tell({ kind: 'ready' });
}

try {
  await start(instanceOptionsSchema.parse(JSON.parse(process.argv[2] ?? '{}')));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.send?.({ kind: 'failed', message } satisfies FromInstance, () => process.exit(1));
}
