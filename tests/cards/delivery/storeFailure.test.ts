import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { DatabaseError } from 'pg';
import { StoreError } from '../../../cards/delivery/store/postgres/storeError.ts';
import { CardStore } from '../../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../../cards/delivery/store/sqlite/database.ts';
import { openStore } from '../../../cards/delivery/store/sqlite/openStore.ts';
import { createSqliteTables } from '../../../cards/delivery/store/sqlite/sqliteOperatorStore.ts';
import { storeFailure } from '../../../cards/delivery/store/sqlite/storeFailure.ts';
import type { OpenStoreOptions } from '../../../cards/delivery/store/store.ts';
import { CodedError } from '../../../cards/errors.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

const secret = 'what a customer wrote';

const files: [name: string, fields: object, expected: RegExp, hint: RegExp][] = [
  [
    'EACCES',
    { code: 'EACCES' },
    /: the account of the bot has no right to it \(EACCES\)\.$/,
    /right to read and write/,
  ],
  ['EROFS', { code: 'EROFS' }, /: its file system is read-only \(EROFS\)\.$/, /right to read and write/],
  ['ENOSPC', { code: 'ENOSPC' }, /: the disk is full \(ENOSPC\)\.$/, /Free space/],
  ['EMFILE', { code: 'EMFILE' }, /: too many files are open \(EMFILE\)\.$/, /ulimit/],
  ['SQLITE_FULL', { errcode: 13 }, /: the disk is full \(errcode 13\)\.$/, /Free space/],
  [
    'SQLITE_READONLY_DBMOVED',
    { errcode: 1032 },
    /: it is read-only \(errcode 1032\)\.$/,
    /right to read and write/,
  ],
  [
    'SQLITE_IOERR_WRITE',
    { errcode: 778 },
    /: the disk reports an error \(errcode 778\)\.$/,
    /how it is mounted/,
  ],
  [
    'SQLITE_BUSY',
    { errcode: 5 },
    /: another program holds it locked \(errcode 5\)\.$/,
    /Stop the other program/,
  ],
  ['a code that is not in the table', { errcode: 99 }, /cannot be written \(errcode 99\)\.$/, /disk space/],
  ['no code at all', {}, /cannot be written\.$/, /disk space/],
];
for (const [name, fields, expected, hint] of files) {
  test(`${name} of a store is said in words, with its constant and the place`, () => {
    const error = storeFailure(Object.assign(new Error(secret), fields), 'written', '/data');
    assert.match(error.message, /^The store in \/data cannot be written/);
    assert.match(error.message, expected);
    assert.match(error.hint, hint);
    assert.doesNotMatch(error.message + error.hint, /customer/);
  });
}

test('an error of ours stays as it is', () => {
  const error = new CodedError('store.locked', 'Used.');
  assert.equal(storeFailure(error, 'opened'), error);
});

const options: OpenStoreOptions = {
  auditSecrets: [],
  hasAnalytics: false,
  requestsPerMinute: 100,
  everyMinute: () => ({ cancel: () => {} }),
  onTornLog: () => {},
  onFullLog: () => {},
};

const folders: [what: string, make: (path: string) => string, code: string, expected: RegExp][] = [
  [
    'DATA_DIR is a file',
    (path) => {
      writeFileSync(path, '');
      return path;
    },
    'store.unavailable',
    /a part of its path is a file, not a folder \((EEXIST|ENOTDIR)\)/,
  ],
  [
    'DATA_DIR is below a file',
    (path) => {
      writeFileSync(path, '');
      return join(path, 'data');
    },
    'store.unavailable',
    /a part of its path is a file, not a folder \(ENOTDIR\)/,
  ],
  [
    'cards.sqlite is a folder',
    (path) => {
      mkdirSync(join(path, 'cards.sqlite'), { recursive: true });
      return path;
    },
    'store.unavailable',
    /its file is a folder \(EISDIR\)/,
  ],
  [
    'DATA_DIR is a loop of links',
    (path) => {
      symlinkSync(path, path);
      return join(path, 'data');
    },
    'store.unavailable',
    /its path does not exist and cannot be created \((ELOOP|ENOENT)\)/,
  ],
  [
    'cards.sqlite is another file',
    (path) => {
      mkdirSync(path);
      writeFileSync(join(path, 'cards.sqlite'), 'no database'.repeat(1_000));
      return path;
    },
    'store.damaged',
    /its file is not a database of SQLite \(errcode 26\)/,
  ],
  [
    'tables of cards.sqlite are overwritten',
    (path) => {
      mkdirSync(path);
      const file = join(path, 'cards.sqlite');
      openDatabase(path).close();
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0xaa, 8_192));
      return path;
    },
    'store.damaged',
    /its file is damaged \(errcode 11\)/,
  ],
];
for (const [what, make, code, expected] of folders) {
  test(`when ${what}, the start says what is wrong and where`, {
    skip: process.platform === 'win32',
  }, (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'words-'));
    t.after(() => rmSync(dir, { recursive: true, force: true }));
    const dataDir = make(join(dir, 'place'));
    assert.throws(
      () => openStore(dataDir, options),
      (error) => {
        assert.ok(error instanceof CodedError);
        assert.equal(error.code, code);
        assert.match(error.message, expected);
        assert.ok(error.message.includes(join(dir, 'place')), error.message);
        return true;
      },
    );
  });
}

const failedStarts: [what: string, spoil: (dir: string) => void, mend: (dir: string) => void][] = [
  [
    'a damaged database',
    (dir) => writeFileSync(join(dir, 'cards.sqlite'), 'no database'.repeat(1_000)),
    (dir) => rmSync(join(dir, 'cards.sqlite')),
  ],
  [
    'a key that cannot be used',
    (dir) => writeFileSync(join(dir, 'store.key'), 'none'),
    (dir) => rmSync(join(dir, 'store.key')),
  ],
  [
    'a number of its process that cannot be written',
    (dir) => mkdirSync(join(dir, 'bot.pid')),
    (dir) => rmdirSync(join(dir, 'bot.pid')),
  ],
];
for (const [what, spoil, mend] of failedStarts) {
  test(`a start that failed for ${what} succeeds in the same process when that is mended`, async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'words-'));
    t.after(() => rmSync(dir, { recursive: true, force: true }));
    spoil(dir);
    assert.throws(() => openStore(dir, options), { code: /^store\.(damaged|unavailable)$/ });
    mend(dir);
    await openStore(dir, options).close();
  });
}

test('a read that fails is an error of the store, which says that it cannot be read', async () => {
  const db = openDatabase(':memory:');
  const store = new CardStore(db);
  store.close();
  const unreadable = { code: 'store.unavailable', message: /cannot be read/ };
  assert.throws(() => store.deliveryOf('m-1'), unreadable);
  assert.throws(() => store.audit.after(0, 1), unreadable);
  assert.throws(() => store.audit.cursor(), unreadable);
  await assert.rejects(createSqliteTables(db).query('SELECT 1'), unreadable);
});

test('a write that finds no room names the file and the code', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'words-'));
  const db: DatabaseSync = openDatabase(dir);
  const store = new CardStore(db);
  t.after(() => {
    store.close();
    rmSync(dir, { recursive: true, force: true });
  });
  db.exec('PRAGMA max_page_count = 1');
  await assert.rejects(store.add(outgoingCard({ body: 'x'.repeat(100_000) })), {
    code: 'store.unavailable',
    message: `The store in ${join(dir, 'cards.sqlite')} cannot be written: the disk is full (errcode 13).`,
  });
});

function refused(sqlState: string): DatabaseError {
  const error = new DatabaseError(secret, 0, 'error');
  error.code = sqlState;
  return error;
}
const failed = (code: string) => Object.assign(new Error(secret), { code });

const databases: [cause: Error, expected: RegExp, hint: RegExp][] = [
  [refused('28P01'), /refuses the role or its password \(SQLSTATE 28P01\)/, /user and password/],
  [refused('3D000'), /There is no such database \(SQLSTATE 3D000\)/, /DATABASE_URL/],
  [refused('42501'), /no right to do this \(SQLSTATE 42501\)/, /CREATE/],
  [refused('25006'), /database is read-only \(SQLSTATE 25006\)/, /primary/],
  [refused('53100'), /disk of the database is full \(SQLSTATE 53100\)/, /Free space/],
  [refused('53300'), /no more connections \(SQLSTATE 53300\)/, /max_connections/],
  [refused('42P01'), /table or column of the bot is missing in the database \(SQLSTATE 42P01\)/, /restart/],
  [refused('XX001'), /damage, or trouble with its files \(SQLSTATE XX001\)/, /backup/],
  [refused('22P05'), /cannot hold a character of a text \(SQLSTATE 22P05\)/, /UTF8/],
  [refused('23505'), /refused a statement \(SQLSTATE 23505\)/, /database/],
  [failed('ECONNREFUSED'), /nothing listens at its address \(ECONNREFUSED\)/, /firewall/],
  [failed('ENOTFOUND'), /name of its host is not found \(ENOTFOUND\)/, /host/],
  [failed('EMFILE'), /too many open files or connections \(EMFILE\)/, /ulimit/],
  [failed('SELF_SIGNED_CERT_IN_CHAIN'), /certificate of the database is not trusted/, /sslrootcert/],
  [new AggregateError([failed('ECONNREFUSED')], secret), /\(ECONNREFUSED\)/, /firewall/],
  [
    new Error('Connection terminated due to connection timeout'),
    /^The database cannot be reached\.$/,
    /firewall/,
  ],
];
for (const [cause, expected, hint] of databases) {
  test(`an error of the database is told as ${expected.source}`, () => {
    const error = new StoreError(cause);
    assert.match(error.message, expected);
    assert.match(error.hint, hint);
    assert.doesNotMatch(error.message + error.hint, /customer/);
  });
}
