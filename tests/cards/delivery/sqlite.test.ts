import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Outbox } from '../../../cards/delivery/outbox.ts';
import { CardStore, openDatabase } from '../../../cards/delivery/sqlite/cardStore.ts';
import { EmbeddedOutbox } from '../../../cards/delivery/sqlite/embeddedOutbox.ts';
import { SqliteOperatorStore } from '../../../cards/delivery/sqlite/sqliteOperatorStore.ts';
import { operatorContract } from './operatorContract.ts';
import { type OutboxRig, outboxContract } from './outboxContract.ts';

async function createRig(t: TestContext): Promise<OutboxRig> {
  const dir = mkdtempSync(join(tmpdir(), 'cards-'));
  openDatabase(dir).close();
  const operator = new SqliteOperatorStore(dir);
  const opened: { outbox: Outbox; store: CardStore }[] = [];
  t.after(async () => {
    for (const { outbox } of opened) await outbox.stop(0);
    for (const { store } of opened) store.close();
    await operator.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    operator,
    open: async (routes, settings = {}) => {
      const store = new CardStore(openDatabase(dir));
      const outbox = new EmbeddedOutbox({ store, routes, random: () => 0, watchMs: 20, ...settings });
      opened.push({ outbox, store });
      await outbox.start();
      return outbox;
    },
  };
}

outboxContract('SQLite', createRig);
operatorContract('SQLite', createRig);

test('where no bot has run there is no store, and none is made', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'cards-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (let i = 0; i < 2; i += 1)
    assert.throws(() => new SqliteOperatorStore(dir), { code: 'store.unavailable' });
});
