import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Client } from 'pg';
import { PostgresStore } from '../../../../../cards/delivery/store/postgres/postgresStore.ts';
import { patientLimits } from '../../../../fakes/postgres.ts';
import { startTransactionPooler } from '../../../../fakes/transactionPooler.ts';

async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

function withRole(url: string, role: string): string {
  const address = new URL(url);
  address.username = role;
  return address.href;
}

/** Databases, and what stands before them, that cannot do what the bot needs. */
export function suitabilityTests(emptyDatabase: () => Promise<string>): void {
  const refusals: [
    what: string,
    make: (t: TestContext, url: string) => Promise<string>,
    message: RegExp,
    hint: RegExp,
  ][] = [
    [
      'a pooler in transaction mode',
      async (t, url) => {
        const pooler = await startTransactionPooler(url);
        t.after(() => pooler.close());
        return pooler.url;
      },
      /pooler in transaction mode/,
      /session mode/,
    ],
    [
      'a role that may not create anything',
      async (t, url) => {
        const role = `reader_${nameOf(url)}`;
        await run(url, `CREATE ROLE ${role} LOGIN`);
        t.after(() => run(url, `DROP ROLE ${role}`));
        return withRole(url, role);
      },
      /may not create the schemas of the bot/,
      /GRANT CREATE ON DATABASE "cards_\w+" TO "reader_cards_\w+";/,
    ],
    [
      'a role that is not there',
      async (_, url) => withRole(url, 'nobody_at_all'),
      /refuses the role or its password \(SQLSTATE 28000\)/,
      /user and password/,
    ],
    [
      'a database that is not there',
      async (_, url) => url.replace(nameOf(url), 'no_such_database'),
      /There is no such database \(SQLSTATE 3D000\)/,
      /DATABASE_URL/,
    ],
    [
      'another encoding',
      async (t, url) => {
        const name = `${nameOf(url)}_latin`;
        await run(url, `CREATE DATABASE ${name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
        t.after(() => run(url, `DROP DATABASE ${name} WITH (FORCE)`));
        return url.replace(nameOf(url), name);
      },
      /has the encoding LATIN1; the bot needs UTF8/,
      /ENCODING UTF8/,
    ],
  ];
  for (const [what, make, message, hint] of refusals) {
    test(`${what} is refused at the start, in words`, async (t) => {
      const url = await make(t, await emptyDatabase());
      const store = new PostgresStore({ url, limits: patientLimits });
      try {
        await assert.rejects(store.start(), (error) => {
          assert.ok(error instanceof Error && 'hint' in error && 'code' in error);
          assert.equal(error.code, 'store.unavailable');
          assert.match(error.message, message);
          assert.match(String(error.hint), hint);
          return true;
        });
      } finally {
        // Before the role or the database that it uses is dropped.
        await store.close();
      }
    });
  }

  test('a database that takes no writes is said in words when the wait for it is over', async (t) => {
    const url = await emptyDatabase();
    await run(url, `ALTER DATABASE ${nameOf(url)} SET default_transaction_read_only = on`);
    const store = new PostgresStore({ url, limits: patientLimits, startWaitMs: 0 });
    t.after(() => store.close());
    await assert.rejects(store.start(), { message: /database is read-only \(SQLSTATE 25006\)/ });
  });

  test('a role that may create nothing more starts a bot whose schemas are there', async (t) => {
    const url = await emptyDatabase();
    const role = `owner_${nameOf(url)}`;
    const name = nameOf(url);
    await run(url, `CREATE ROLE ${role} LOGIN`, `GRANT CREATE ON DATABASE ${name} TO ${role}`);
    const first = new PostgresStore({ url: withRole(url, role), limits: patientLimits });
    await first.start();
    await first.close();
    await run(url, `REVOKE CREATE ON DATABASE ${name} FROM ${role}`);
    const store = new PostgresStore({ url: withRole(url, role), limits: patientLimits });
    t.after(async () => {
      await store.close();
      await run(url, `DROP OWNED BY ${role} CASCADE`, `DROP ROLE ${role}`);
    });
    await store.start();
    await store.check();
  });
}
