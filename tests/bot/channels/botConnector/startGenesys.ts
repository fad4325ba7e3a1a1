import type { TestContext } from 'node:test';
import { BotConnectorRoute } from '../../../../bot/channels/botConnector/wire/outgoingMessage.ts';
import { GenesysApi } from '../../../../cards/delivery/genesysApi.ts';
import { createHttpClient } from '../../../../cards/delivery/http.ts';
import { CardStore } from '../../../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../../../cards/delivery/store/sqlite/database.ts';
import { EmbeddedOutbox } from '../../../../cards/delivery/store/sqlite/embeddedOutbox.ts';
import { TokenProvider } from '../../../../cards/delivery/token.ts';
import { json, listen } from '../../../fakes/listen.ts';

/** An outbox in memory, until the test ends, whose v2 route calls this address. */
export async function startOutbox(t: TestContext, url: string, clientId = 'id', clientSecret = 'secret') {
  const client = createHttpClient();
  const http = client.request;
  const token = new TokenProvider({ loginUrl: url, clientId, clientSecret, http });
  const store = new CardStore(openDatabase(':memory:'));
  const routes = [new BotConnectorRoute(new GenesysApi({ apiUrl: url, token, http }))];
  const outbox = new EmbeddedOutbox({ store, routes, watchMs: 0 });
  await outbox.start();
  t.after(async () => {
    await outbox.stop();
    store.close();
    client.close();
  });
  return outbox;
}

/** Genesys' side of v2's own calls until the test ends: a token, and what was sent. */
export async function startGenesys(t: TestContext) {
  const waiting: ((body: string) => void)[] = [];
  const sent: string[] = [];
  const server = await listen(({ path, body }, response) => {
    if (path === '/oauth/token') return json(response, 200, { access_token: 'token', expires_in: 3_600 });
    json(response, 200, { messageId: 'from-genesys' });
    const taker = waiting.shift();
    if (taker === undefined) sent.push(body);
    else taker(body);
  });
  t.after(() => server.close());
  return {
    outbox: await startOutbox(t, server.url),
    /** The next call that was not yet looked at. */
    next: async () => {
      const body =
        sent.shift() ??
        (await new Promise<string>((resolve) => {
          waiting.push(resolve);
        }));
      return JSON.parse(body);
    },
  };
}
