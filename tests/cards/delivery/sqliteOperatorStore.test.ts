import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openOperatorStore } from '../../../cards/delivery/openOperatorStore.ts';
import { openDatabase } from '../../../cards/delivery/sqlite/cardStore.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { operatorContract } from './operatorContract.ts';
import { scriptedRoute } from './outboxContract.ts';
import { createSqliteRig } from './sqliteRig.ts';

operatorContract('SQLite', createSqliteRig);

test('where no bot has run there is no store, and none is made', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'cards-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  await assert.rejects(openOperatorStore({ dataDir }), {
    code: 'store.unavailable',
    message: /no store in DATA_DIR/,
  });
  assert.deepEqual(readdirSync(dataDir), []);
});

const tampering: [what: string, sql: string, seq: number][] = [
  ['an entry that was changed', "UPDATE audit SET entry = replace(entry, 'm-2', 'm-9') WHERE seq = 3", 3],
  ['an entry that was taken out', 'DELETE FROM audit WHERE seq = 2', 3],
  ['an end that was cut off', 'DELETE FROM audit WHERE seq >= 4', 4],
  ['a start that was cut off', 'DELETE FROM audit WHERE seq = 1', 2],
];
for (const [what, sql, seq] of tampering) {
  test(`the audit log in SQLite shows ${what}`, async (t) => {
    const { dir, open, operator } = await createSqliteRig(t);
    const outbox = await open([scriptedRoute().route]);
    for (const messageId of ['m-1', 'm-2']) {
      await outbox.submit(outgoingCard({ messageId }));
      await outbox.outcomeOf(messageId, 1_000);
    }
    assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 4 });
    const db = openDatabase(dir);
    db.exec(sql);
    db.close();
    const verdict = await operator.verifyAudit();
    assert.equal(verdict.ok === false && verdict.seq, seq);
  });
}
