import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openOperatorStore } from '../../../cards/delivery/store/openStore.ts';
import { AuditLog } from '../../../cards/delivery/store/sqlite/auditLog.ts';
import { CardStore } from '../../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../../cards/delivery/store/sqlite/database.ts';
import { forgetConversation } from '../../../cards/delivery/store/sqlite/deletions.ts';
import { GroupCommit } from '../../../cards/delivery/store/sqlite/groupCommit.ts';
import { migrate } from '../../../cards/delivery/store/sqlite/schema.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { auditContract } from './auditContract.ts';
import { forgetContract } from './forgetContract.ts';
import { operatorContract } from './operatorContract.ts';
import { scriptedRoute } from './outboxContract.ts';
import { createSqliteRig } from './sqliteRig.ts';

operatorContract('SQLite', createSqliteRig);
auditContract('SQLite', createSqliteRig);
forgetContract('SQLite', createSqliteRig);

test('where no bot has run there is no store, and none is made', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'cards-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  await assert.rejects(openOperatorStore({ dataDir }), {
    code: 'store.unavailable',
    message: /DATA_DIR has no card store/,
  });
  assert.deepEqual(readdirSync(dataDir), []);
});

test('a conversation whose names change while it is forgotten is forgotten by its new names', async (t) => {
  const store = new CardStore(openDatabase(':memory:'));
  t.after(() => store.close());
  const nameIt = (id: string) => JSON.stringify({ conversation: { id } });
  await store.add(outgoingCard({ messageId: 'm-1', conversationId: 'later' }));
  await store.add(outgoingCard({ messageId: 'm-2', conversationId: 'c-1', reference: nameIt('former') }));
  const forgotten = forgetConversation(store, 'c-1', Date.now());
  store.db.prepare('UPDATE cards SET reference = ? WHERE message_id = ?').run(nameIt('later'), 'm-2');
  assert.deepEqual(await forgotten, { cards: 2, states: 0, auditEntries: 2 });
  assert.deepEqual(store.audit.naming(['later'], 0), []);
});

test('a store of the version before gets the charts of its cards, and what no chart shows goes', async (t) => {
  const { dir, open, operator } = await createSqliteRig(t);
  const rejection = { result: 'rejected', code: 'genesys.rejected', status: 400 } as const;
  const outbox = await open([scriptedRoute({ 'm-1': [rejection] }).route]);
  for (const messageId of ['m-1', 'm-2']) await outbox.submit(outgoingCard({ messageId }));
  await outbox.outcomeOf('m-2', 60_000);
  const chart = async () => {
    const { series } = await operator.chart('week');
    return [series.accepted, series.rejected];
  };
  const counted = await chart();
  const db = openDatabase(dir);
  db.exec('DROP TABLE figures; DROP INDEX cards_ended_codes; PRAGMA user_version = 4');
  migrate(db);
  assert.deepEqual(await chart(), counted);
  const old = Date.now() - 201 * 3_600_000;
  for (const [step, at] of [
    [3_600_000, old],
    [60_000, old],
    [60_000, Date.now() - 201 * 60_000],
  ])
    db.prepare("INSERT INTO figures VALUES (?, ?, 'failed', 0, 1)").run(step ?? 0, at ?? 0);
  await operator.prune({ cardsBefore: 0, auditBefore: 0, hasAnalytics: false });
  assert.equal(db.prepare("SELECT count(*) AS n FROM figures WHERE name = 'failed'").get()?.n, 0);
  assert.deepEqual(await chart(), counted);
  db.close();
});

test('a verification sees one log though a bot writes meanwhile', async (t) => {
  const { dir, operator } = await createSqliteRig(t);
  const bot = new CardStore(openDatabase(dir));
  const notes = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, i) => bot.note('refused', outgoingCard({ messageId: `m-${i}` }))),
    );
  await notes(1_500);
  const db = openDatabase(dir);
  const log = new AuditLog(db, new GroupCommit(db), bot.keys);
  const read = log.after.bind(log);
  let pages = 0;
  log.after = (seq, count) => {
    const page = read(seq, count);
    pages += 1;
    if (pages === 2) {
      void notes(1);
      bot.commits.flush();
    }
    return page;
  };
  assert.deepEqual(log.verify(), { ok: true, entries: 1_500 });
  assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 1_501 });
  db.close();
  bot.close();
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
      await outbox.outcomeOf(messageId, 60_000);
    }
    assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 4 });
    const db = openDatabase(dir);
    db.exec(sql);
    db.close();
    const verdict = await operator.verifyAudit();
    assert.equal(verdict.ok === false && verdict.seq, seq);
  });
}
