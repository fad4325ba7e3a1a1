import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../bot/config/config.ts';
import { createStore } from '../../bot/createParts.ts';
import { DeliveryHealth } from '../../bot/health/deliveryHealth.ts';
import { createLog } from '../../bot/log/log.ts';
import { startBot } from '../fakes/startBot.ts';

const skip = process.platform === 'win32';

function gatherLines() {
  const lines: Record<string, unknown>[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { lines, log };
}

test('a bot whose store was deleted is not ready', { skip }, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ready-'));
  const bot = await startBot({ DATA_DIR: dataDir });
  t.after(() => bot.close());
  assert.equal((await fetch(`${bot.url}/readyz`)).status, 200);
  rmSync(dataDir, { recursive: true });
  assert.equal((await fetch(`${bot.url}/readyz`)).status, 503);
  assert.equal((await fetch(`${bot.url}/healthz`)).status, 200);
});

test('what became of the store is told in the log once, with the file and what to do', {
  skip,
}, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ready-'));
  const { lines, log } = gatherLines();
  const health = new DeliveryHealth({ log });
  let look = () => {};
  let tell = () => {};
  const store = await createStore(readConfig({ DATA_DIR: dataDir }), log, {
    everyMinute: (callback) => {
      look = callback;
      return { cancel: () => {} };
    },
    onFailure: (error) => {
      health.onStoreFailure(error);
      tell();
    },
  });
  t.after(() => store.close());
  await store.start();
  rmSync(dataDir, { recursive: true });
  for (let i = 0; i < 2; i += 1) {
    const isTold = new Promise<void>((resolve) => {
      tell = resolve;
    });
    look();
    await isTold;
  }
  const away = lines.filter(({ event }) => event === 'store.away');
  assert.equal(away.length, 1);
  assert.equal(away[0]?.code, 'store.damaged');
  assert.equal(
    away[0]?.what,
    `The store's file ${join(dataDir, 'cards.sqlite')} was deleted while the bot runs.`,
  );
  assert.match(String(away[0]?.hint), /^Stop the bot, put an intact cards\.sqlite into DATA_DIR/);
});
