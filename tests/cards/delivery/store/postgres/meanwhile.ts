import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from 'pg';
import { chainStart, hashChain } from '../../../../../cards/delivery/audit.ts';
import { verifyAudit } from '../../../../../cards/delivery/store/postgres/auditLog.ts';
import { Database, type Sql } from '../../../../../cards/delivery/store/postgres/database.ts';
import { deriveKeyring } from '../../../../../cards/delivery/storeKeys.ts';
import { outgoingCard } from '../../../../fakes/outgoingCard.ts';
import { patientLimits } from '../../../../fakes/postgres.ts';
import { scriptedRoute } from '../../outboxContract.ts';
import type { TestDatabases } from './testDatabases.ts';

/** What an operator's call finds when somebody else changes the same rows in the same moment. */
export function meanwhileTests(databases: () => TestDatabases): void {
  test('a dead letter that is replayed while old ones are deleted stays', async (t) => {
    const db = await databases().take(t);
    const { url } = db;
    const operator = await db.openOperator();
    const { route } = scriptedRoute({
      'm-1': [{ result: 'rejected', code: 'genesys.rejected', status: 400 }],
    });
    const { outbox } = await db.startInstance([route]);
    await outbox.submit(outgoingCard());
    await outbox.outcomeOf('m-1', 60_000);

    const client = new Client({ connectionString: url });
    await client.connect();
    t.after(() => client.end());
    await client.query('BEGIN');
    await client.query("UPDATE genesys_cards.cards SET state = 'pending', settled_at = NULL");
    const pruning = operator.prune({ cardsBefore: Date.now() + 60_000, auditBefore: 0, hasAnalytics: false });
    const waiting =
      "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    const watcher = new Client({ connectionString: url });
    await watcher.connect();
    t.after(() => watcher.end());
    while (Number((await watcher.query(waiting)).rows[0]?.n) === 0) await new Promise(setImmediate);
    await client.query('COMMIT');

    assert.equal((await pruning).cards, 0);
    assert.equal((await operator.show('m-1'))?.card.state, 'pending');
  });

  test('a verification sees one log though entries are deleted meanwhile', async (t) => {
    const { url } = await databases().take(t);
    const database = new Database({ url, limits: patientLimits });
    t.after(() => database.close());
    const keys = deriveKeyring({ given: [], own: 'secret' });
    const hashes = [chainStart.hash];
    for (let i = 1; i <= 1_500; i += 1) hashes.push(hashChain(hashes[i - 1] ?? '', `{"n":${i}}`, keys.chain));
    await database.query(
      `INSERT INTO genesys_cards.audit (seq, at, message_id, event, entry, hash)
       SELECT n, 0, 'm', 'stored', '{"n":' || n || '}', ($1::text[])[n + 1] FROM generate_series(1, 1500) AS n`,
      [hashes],
    );
    await database.query('UPDATE genesys_cards.audit_head SET seq = 1500, hash = $1', [hashes[1_500]]);
    // Between the first page and the second, as a bot's retention does.
    const [query, transaction] = [database.query.bind(database), database.transaction.bind(database)];
    let reads = 0;
    const meanwhile = (sql: Sql['query']): Sql['query'] => {
      return async (text, values) => {
        if (text.includes('WHERE seq >') && ++reads === 2)
          await query('DELETE FROM genesys_cards.audit WHERE seq <= 1200');
        return sql(text, values);
      };
    };
    database.query = meanwhile(query);
    database.transaction = (work) => transaction((sql) => work({ ...sql, query: meanwhile(sql.query) }));
    assert.deepEqual(await verifyAudit(database, keys), { ok: true, entries: 1_500 });
  });
}
