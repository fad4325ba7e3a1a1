import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Outbox } from '../../../../../cards/delivery/outbox.ts';
import type { Database } from '../../../../../cards/delivery/store/postgres/database.ts';
import { noteSample } from '../../../../../cards/delivery/store/postgres/figures.ts';
import { readStoreSecret } from '../../../../../cards/delivery/store/postgres/meta.ts';
import { PostgresOperatorStore } from '../../../../../cards/delivery/store/postgres/postgresOperatorStore.ts';
import { PostgresStorage } from '../../../../../cards/delivery/store/postgres/postgresStorage.ts';
import type { PostgresStore } from '../../../../../cards/delivery/store/postgres/postgresStore.ts';
import { PostgresTurnGate } from '../../../../../cards/delivery/store/postgres/postgresTurnGate.ts';
import { botInstancesTests, botOutageTests } from '../../../../bot/instances.ts';
import { storageContract } from '../../../../bot/state/storageContract.ts';
import { turnGateContract } from '../../../../bot/state/turnGateContract.ts';
import { postgresDeliveryNumbersTests } from '../../../../bot/telemetry/postgresDeliveryNumbers.ts';
import { type PostgresServer, patientLimits, startPostgres } from '../../../../fakes/postgres.ts';
import { auditContract } from '../../auditContract.ts';
import { forgetContract } from '../../forgetContract.ts';
import { operatorContract } from '../../operatorContract.ts';
import { type OutboxRig, outboxContract } from '../../outboxContract.ts';
import { instancesTests } from './instances.ts';
import { meanwhileTests } from './meanwhile.ts';
import { outageTests } from './outage.ts';
import { readinessTests } from './readiness.ts';
import { sharedTests } from './shared.ts';
import { suitabilityTests } from './suitability.ts';
import { TestDatabases } from './testDatabases.ts';

/** What Node warns of while the tests run: a library tells of a wrong use once in a process. */
const deprecations: string[] = [];
process.on('warning', ({ name, message }) => {
  if (name === 'DeprecationWarning') deprecations.push(message);
});

/** Everything on PostgreSQL in one file, for it has one server, and its tests share databases. */
let server: PostgresServer;
let databases: TestDatabases;

before(async () => {
  server = await startPostgres();
  databases = await TestDatabases.prepare(server);
});

after(() => server.close());

async function createRig(t: TestContext): Promise<OutboxRig> {
  const db = await databases.take(t);
  const { url, database } = db;
  const stores = new Map<Outbox, PostgresStore>();
  return {
    operator: await db.openOperator(),
    noteSample: (values) => noteSample(database, Date.now(), values),
    storage: new PostgresStorage(database),
    dump: () => dumpTables(database),
    openOperator: async (secrets) => {
      const other = await PostgresOperatorStore.open(url, secrets, patientLimits);
      t.after(() => other.close());
      return other;
    },
    ownSecret: () => readStoreSecret(database),
    forge: async (rows) => {
      for (const { seq, entry, hash, seal } of rows)
        await database.query(
          'UPDATE genesys_cards.audit SET entry = $1, hash = $2, seal = $3 WHERE seq = $4',
          [entry, hash, seal ?? null, seq],
        );
      const last = rows.at(-1);
      await database.query('DELETE FROM genesys_cards.audit WHERE seq > $1', [last?.seq]);
      await database.query('UPDATE genesys_cards.audit_head SET seq = $1, hash = $2', [
        last?.seq,
        last?.hash,
      ]);
    },
    open: async (routes, settings) => {
      const { outbox, store } = await db.startInstance(routes, settings);
      stores.set(outbox, store);
      return outbox;
    },
    breakWrite: (outbox, kind, error, isForever = false) => {
      const writes = stores.get(outbox)?.writes;
      if (writes === undefined) throw new Error('This outbox is not of this rig.');
      const write = writes.write.bind(writes);
      let isBroken = true;
      writes.write = (one, patienceMs) => {
        if (one.kind !== kind || !isBroken) return write(one, patienceMs);
        isBroken = isForever;
        return Promise.reject(error);
      };
    },
  };
}

/** Every row of every table of ours and of the queue. */
async function dumpTables(database: Database): Promise<string> {
  const tables = await database.query(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname LIKE 'genesys_cards%'",
  );
  const rows: unknown[] = [];
  for (const { name } of tables) rows.push(...(await database.query(`SELECT one::text FROM ${name} AS one`)));
  return JSON.stringify(rows);
}

// Most of a test is waiting for the server.
describe('with the server', { concurrency: 4 }, () => {
  outboxContract('PostgreSQL', createRig);
  operatorContract('PostgreSQL', createRig);
  auditContract('PostgreSQL', createRig);
  forgetContract('PostgreSQL', createRig);
  instancesTests(() => databases);
  sharedTests(() => databases);
  meanwhileTests(() => databases);
  readinessTests(() => databases);
  postgresDeliveryNumbersTests(async (t) => (await databases.take(t)).database);
  suitabilityTests(() => server.createDatabase());
  botInstancesTests(() => databases.createDatabase());
  storageContract('PostgreSQL', async (t) => {
    const { database } = await (await databases.take(t)).startStore();
    return new PostgresStorage(database);
  });
  turnGateContract('PostgreSQL', async (t) => {
    const db = await databases.take(t);
    const open = async () => new PostgresTurnGate(await db.startStore());
    return [await open(), await open()];
  });
  after(() => databases.close());
});

describe('without the server', () => {
  outageTests(
    () => server,
    () => databases,
  );
  botOutageTests(
    () => server,
    () => databases.createDatabase(),
  );
});

test('nothing above used the driver in a way that it gives up', () => {
  assert.deepEqual(deprecations, []);
});
