import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../bot/config/config.ts';
import { describeBot } from '../../bot/createParts.ts';
import { startBot } from '../fakes/startBot.ts';

test('in development GET / says what runs and where, without a secret', async (t) => {
  const bot = await startBot();
  t.after(() => bot.close());
  const response = await fetch(`${bot.url}/`);
  const text = await response.text();
  assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(text, /^POST \/api\/messages +Bot Framework channels/m);
  assert.match(text, new RegExp(`^Genesys +${bot.sandboxUrl}$`, 'm'));
  assert.match(text, /^Store +SQLite in /m);
  assert.match(text, /^GET \/ops +operator page/m);
  assert.doesNotMatch(text, /secret-|client/);
});

test('what is not configured is said', () => {
  const text = describeBot(readConfig({}));
  assert.match(text, /^Genesys +not configured/m);
  assert.match(text, /v1: no secret configured/);
});

test('in production GET / says no more than how to look at its health', () => {
  const text = describeBot({ ...readConfig({}), isProduction: true });
  assert.deepEqual(text.match(/^(GET|POST) \S+/gm), ['GET /healthz', 'GET /readyz']);
  assert.doesNotMatch(text, /Store|Genesys {2}|Application Insights/);
});
