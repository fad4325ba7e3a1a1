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

test('with a data folder that cannot be used, or a broken key in it, there is a key all the same', () => {
  const file = join(dir, 'file');
  writeFileSync(file, '');
  assert.match(hashWith(undefined, join(file, 'below')), /^[0-9a-f]{16}$/);
  writeFileSync(join(dir, 'telemetry.key'), 'broken');
  assert.match(hashWith(undefined, dir), /^[0-9a-f]{16}$/);
  assert.notEqual(hashWith(undefined, dir), hashWith(undefined, dir));
});
