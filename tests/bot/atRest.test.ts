import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readConfig } from '../../bot/config/config.ts';
import { createStore } from '../../bot/createParts.ts';
import { createLog } from '../../bot/log/log.ts';
import { SqliteOperatorStore } from '../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { json, listen } from '../fakes/listen.ts';
import { converse, startBot } from '../fakes/startBot.ts';

const canary = 'Quimby-Ostrander';

function tempDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'bot-at-rest-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The files of a folder that hold a text. */
function filesWith(dir: string, text: string): string[] {
  return readdirSync(dir).filter((name) => readFileSync(join(dir, name)).includes(text));
}

/** The order of a customer whose name is in it. */
const order = {
  orderId: '12345',
  status: 'shipped',
  itemCount: 1,
  total: 1,
  currency: 'EUR',
  placedOn: '2026-11-01',
  carrier: canary,
};

test('a minute after a card was accepted its text is in no file of a running bot', async (t) => {
  const dataDir = tempDir(t);
  const orders = await listen((_, response) => json(response, 200, order));
  t.mock.timers.enable({ apis: ['setInterval'] });
  const bot = await startBot({ ORDERS_API_URL: orders.url, DATA_DIR: dataDir });
  t.after(async () => {
    await bot.close();
    await orders.close();
  });
  const { say } = await converse(bot.sandboxUrl);
  assert.match(JSON.stringify(await say('where is my order 12345?')), new RegExp(canary));
  assert.notDeepEqual(filesWith(dataDir, canary), []);
  t.mock.timers.tick(60_000);
  assert.deepEqual(filesWith(dataDir, canary), []);
});

for (const [when, act] of [
  ['after what is old was deleted', 'prune'],
  ['when the bot ends', 'close'],
] as const) {
  test(`the log of the store is emptied ${when}`, async (t) => {
    const dataDir = tempDir(t);
    const store = await createStore(readConfig({ DATA_DIR: dataDir }), createLog('silent'));
    let isOpen = true;
    const close = async () => {
      if (isOpen) await store.close();
      isOpen = false;
    };
    // Beside a command line, SQLite itself would leave the log as it is.
    const operator = new SqliteOperatorStore(dataDir);
    t.after(async () => {
      await close();
      await operator.close();
    });
    await store.storage.write({ conversation: { said: canary } });
    await store.storage.delete(['conversation']);
    assert.notDeepEqual(filesWith(dataDir, canary), []);
    if (act === 'prune') await store.prune({ cardsBefore: 0, auditBefore: 0 });
    else await close();
    assert.deepEqual(filesWith(dataDir, canary), []);
  });
}
