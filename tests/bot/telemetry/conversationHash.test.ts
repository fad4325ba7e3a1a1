import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createConversationHash, hashKey } from '../../../bot/telemetry/conversationHash.ts';

const dir = mkdtempSync(join(tmpdir(), 'telemetry-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const hashWith = (secret: string | undefined, dataDir = ':memory:') =>
  createConversationHash(hashKey({ secret, dataDir }))('conversation-1');

test('a conversation has one hash, of 16 hexadecimal digits, that does not tell its id', () => {
  const hash = createConversationHash(hashKey({ secret: 'secret', dataDir: ':memory:' }));
  assert.match(hash('conversation-1'), /^[0-9a-f]{16}$/);
  assert.equal(hash('conversation-1'), hash('conversation-1'));
  assert.notEqual(hash('conversation-1'), hash('conversation-2'));
});

test('instances with the same secret agree, others do not', () => {
  assert.equal(hashWith('secret'), hashWith('secret'));
  assert.notEqual(hashWith('secret'), hashWith('another'));
});

test('the key is not the secret itself', () => {
  const secret = 'a secret of exactly 32 bytes 123';
  assert.notDeepEqual(hashKey({ secret, dataDir: ':memory:' }), Buffer.from(secret));
});

test('without a secret the key is made once and kept in the data folder, for its owner only', () => {
  const dataDir = join(dir, 'new');
  const first = hashWith(undefined, dataDir);
  assert.equal(hashWith(undefined, dataDir), first);
  const file = join(dataDir, 'telemetry.key');
  assert.match(readFileSync(file, 'utf8'), /^[0-9a-f]{64}$/);
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
});

const unusable: [what: string, prepare: (folder: string) => string, errno: string | undefined][] = [
  [
    'a data folder that cannot be used',
    (folder) => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file');
    },
    'ENOTDIR',
  ],
  [
    'a broken key',
    (folder) => {
      writeFileSync(join(folder, 'telemetry.key'), 'broken');
      return folder;
    },
    undefined,
  ],
];
for (const [what, prepare, errno] of unusable)
  test(`${what} is reported, and there is a key for this start`, {
    skip: process.platform === 'win32',
  }, () => {
    const dataDir = prepare(mkdtempSync(join(dir, 'unusable-')));
    const reported: [file: string, errno: unknown][] = [];
    const onUnusable = (file: string, error: unknown) => reported.push([file, Object(error).code]);
    const make = () => hashKey({ secret: undefined, dataDir, onUnusable });
    assert.notDeepEqual(make(), make());
    const each = [join(dataDir, 'telemetry.key'), errno];
    assert.deepEqual(reported, [each, each]);
  });
