import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type IngestionMood, startIngestion } from '../../fakes/ingestion.ts';
import { converse, startBot } from '../../fakes/startBot.ts';

/** By itself the SDK would wait 6 s for an ingestion that is away, and 30 s for one that hangs. */
const limit = { timeout: 20_000 };

async function startWith(t: TestContext, mood: IngestionMood) {
  const ingestion = await startIngestion(mood);
  t.after(() => ingestion.close());
  const bot = await startBot({ APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString });
  const { say } = await converse(bot.sandboxUrl);
  return { ingestion, bot, answers: async () => (await say('where is my order 12345?')).length > 0 };
}

test('while the ingestion hangs, turns are answered and the bot ends in its time', limit, async (t) => {
  const { ingestion, bot, answers } = await startWith(t, 'hanging');
  assert.ok(await answers());
  await ingestion.isAsked;
  assert.ok(await answers());
  await bot.close();
});

test('while the ingestion answers with rubbish, turns are answered and the bot ends', limit, async (t) => {
  const { ingestion, bot, answers } = await startWith(t, 'broken');
  assert.ok(await answers());
  await ingestion.isAsked;
  assert.ok(await answers());
  await bot.close();
});

test('while nobody listens there, turns are answered and the bot ends', limit, async (t) => {
  const { ingestion, bot, answers } = await startWith(t, 'well');
  await ingestion.close();
  assert.ok(await answers());
  await bot.close();
});
