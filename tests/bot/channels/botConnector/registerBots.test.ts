import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { readBots } from '../../../../bot/channels/botConnector/wire/botList.ts';
import {
  createV1BotList,
  listBots,
  registerBots,
} from '../../../../bot/channels/botConnector/wire/publishBots.ts';
import { GenesysApi } from '../../../../cards/delivery/genesysApi.ts';
import { createHttpClient } from '../../../../cards/delivery/http.ts';
import { TokenProvider } from '../../../../cards/delivery/token.ts';
import { startSandbox } from '../../../../sandbox/startSandbox.ts';
import { json, listen } from '../../../fakes/listen.ts';

function registration(t: TestContext, url: string, integrationId = 'integration-1') {
  const client = createHttpClient();
  t.after(() => client.close());
  const http = client.request;
  const token = new TokenProvider({ loginUrl: url, clientId: 'id', clientSecret: 'secret', http });
  return { api: new GenesysApi({ apiUrl: url, token, http }), integrationId };
}

test('the list goes to Genesys and comes back', async (t) => {
  const sandbox = await startSandbox({ port: 0, clientId: 'id', clientSecret: 'secret' });
  t.after(() => sandbox.close());
  const where = registration(t, sandbox.url, 'an id/with a slash');
  assert.deepEqual(await listBots(where), []);
  await registerBots(where, readBots());
  const [bot] = await listBots(where);
  assert.deepEqual([bot?.id, bot?.name, bot?.versions[0]?.version], ['card-bot', 'Card Bot', '1.0']);
  assert.ok(bot?.versions[0]?.intents.includes('orderStatus'));
});

test('the list is put with a token, which is renewed once when it is refused', async (t) => {
  let tokens = 0;
  const server = await listen(({ path, headers }, response) => {
    if (path === '/oauth/token')
      return json(response, 200, { access_token: `t${++tokens}`, expires_in: 3_600 });
    if (headers.authorization === 'Bearer t1') return json(response, 401, {});
    response.writeHead(204);
    response.end();
  });
  t.after(() => server.close());
  await registerBots(registration(t, server.url), readBots());
  const put = server.seen.at(-1);
  assert.deepEqual(
    [put?.method, put?.path, put?.headers.authorization],
    ['PUT', '/api/v2/integrations/botconnector/integration-1/bots', 'Bearer t2'],
  );
  assert.deepEqual(JSON.parse(put?.body ?? ''), createV1BotList(readBots()));
});

const refusals: [status: number, code: string, hint: RegExp][] = [
  [400, 'genesys.rejected', /integration id \(integration-1\)/],
  [404, 'genesys.rejected', /integration id \(integration-1\)/],
  [403, 'genesys.forbidden', /integration:botconnector:edit/],
  [401, 'genesys.unauthorized', /GENESYS_CLIENT_ID/],
  [429, 'genesys.rateLimited', /./],
  [500, 'genesys.unavailable', /./],
];
for (const [status, code, hint] of refusals) {
  test(`${status} from Genesys is ${code}, with what to do`, async (t) => {
    const server = await listen(({ path }, response) =>
      path === '/oauth/token'
        ? json(response, 200, { access_token: 't', expires_in: 3_600 })
        : json(response, status, { message: 'customer@example.com' }),
    );
    t.after(() => server.close());
    const error = await registerBots(registration(t, server.url), readBots()).catch((thrown) => thrown);
    assert.equal(error.code, code);
    assert.match(error.hint, hint);
    assert.doesNotMatch(`${error.message} ${error.hint}`, /@example/);
  });
}

test('a list that is none is said to be none', async (t) => {
  const server = await listen(({ path }, response) =>
    json(
      response,
      200,
      path === '/oauth/token' ? { access_token: 't', expires_in: 3_600 } : { chatBots: 'no' },
    ),
  );
  t.after(() => server.close());
  await assert.rejects(listBots(registration(t, server.url)), { code: 'genesys.unavailable' });
});
