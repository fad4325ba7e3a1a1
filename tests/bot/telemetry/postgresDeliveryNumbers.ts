import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Database } from '../../../cards/delivery/store/postgres/database.ts';
import { createPostgresTables } from '../../../cards/delivery/store/postgres/postgresOperatorStore.ts';
import { readDeliveryNumbers } from '../../../cards/delivery/store/store.ts';

/** The numbers that page people, from the database that instances share: the same cards as in the test of the embedded store. */
export function postgresDeliveryNumbersTests(openDatabase: (t: TestContext) => Promise<Database>): void {
  /** A card that began `agoMs` ago and took `ms`; without `ms` it is under way. */
  async function addCard(database: Database, id: string, state: string, agoMs: number, ms?: number) {
    await database.query(
      `INSERT INTO genesys_cards.cards (message_id, conversation_id, route, state, body_hash, bytes, template_id,
         template_version, template_hash, operation_id, stored_at, started_at, settled_at, job_id, origin)
       VALUES ($1, 'c', 'guest', $2, '', 0, 't', '1', '', '', genesys_cards.now_ms() - $3::bigint,
         genesys_cards.now_ms() - $3::bigint, genesys_cards.now_ms() - $3::bigint + $4::bigint,
         gen_random_uuid(), gen_random_uuid())`,
      [id, state, agoMs, ms ?? null],
    );
  }

  test('PostgreSQL: without cards there are no numbers', async (t) => {
    const database = await openDatabase(t);
    assert.deepEqual(await readDeliveryNumbers(createPostgresTables(database)), {
      depth: 0,
      oldestMs: null,
      deadLetters: 0,
      successRate: null,
      p50Ms: null,
      p95Ms: null,
      p99Ms: null,
    });
  });

  test('PostgreSQL: the numbers count what waits, what is dead, and how the last five minutes went', async (t) => {
    const database = await openDatabase(t);
    await addCard(database, 'too old', 'failed', 3_600_000, 9_000);
    // All of them end within the minute in which they are read.
    for (let i = 1; i <= 17; i += 1) await addCard(database, `a-${i}`, 'accepted', i, i);
    await addCard(database, 'r', 'rejected', 18, 18);
    await addCard(database, 'u', 'unknown', 19, 19);
    await addCard(database, 'f', 'failed', 20, 20);
    await addCard(database, 'waits', 'pending', 600_000);
    await addCard(database, 'on the wire', 'sending', 0);
    const { oldestMs, ...numbers } = await readDeliveryNumbers(createPostgresTables(database));
    assert.ok(oldestMs !== null && oldestMs >= 600_000, String(oldestMs));
    // The clock is read several times for a row, so a row may be a millisecond off.
    assert.deepEqual(
      {
        ...numbers,
        p50Ms: near(numbers.p50Ms, 10),
        p95Ms: near(numbers.p95Ms, 19),
        p99Ms: near(numbers.p99Ms, 20),
      },
      { depth: 2, deadLetters: 4, successRate: 0.85, p50Ms: 10, p95Ms: 19, p99Ms: 20 },
    );
  });
}

function near(value: number | null, expected: number): number | null {
  return value !== null && Math.abs(value - expected) <= 1 ? expected : value;
}
