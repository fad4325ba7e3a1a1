import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { runCli } from '../../bot/cli/runCli.ts';
import { readConfig } from '../../bot/config/config.ts';
import { createStore } from '../../bot/createParts.ts';
import { createLog } from '../../bot/log/log.ts';
import { AnalyticsFeed } from '../../cards/delivery/analytics.ts';
import { outgoingCard } from '../fakes/outgoingCard.ts';

test('the head that the webhook got proves the log later; without the secret no bot and no command adds to it', async (t) => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'audit-secret-'));
  t.after(() => rmSync(DATA_DIR, { recursive: true, force: true }));
  const open = (AUDIT_SECRET?: string) => {
    const env = { DATA_DIR, ...(AUDIT_SECRET === undefined ? {} : { AUDIT_SECRET }) };
    return createStore(readConfig(env), createLog('silent'));
  };
  const cli = async (AUDIT_SECRET: string | undefined, ...args: string[]) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const code = await runCli(args, {
      env: { DATA_DIR, AUDIT_SECRET },
      stdin: new PassThrough(),
      stdout,
      stderr,
    });
    return { code, said: `${stdout.read() ?? ''}${stderr.read() ?? ''}` };
  };

  const store = await open('the-first-secret-4711');
  const outbox = store.createOutbox({ routes: [], onUnknown: 'hold' });
  await outbox.note('refused', outgoingCard());
  await outbox.note('refused', outgoingCard({ messageId: 'm-2' }));
  const bodies: string[] = [];
  const feed = new AnalyticsFeed({
    url: 'https://hook.example/',
    secrets: ['secret'],
    source: store.analytics,
    http: async ({ body = '' }) => {
      bodies.push(body);
      return { kind: 'answer', status: 200, headers: new Headers(), body: '', broken: false };
    },
  });
  await feed.stop();
  await store.close();

  const events: { sequence: string; audithash: string }[] = JSON.parse(bodies[0] ?? '');
  const head = { seq: Number(events.at(-1)?.sequence), hash: String(events.at(-1)?.audithash) };
  assert.deepEqual([events.length, head.seq], [2, 2]);
  const verify = (secret: string | undefined, hash: string) =>
    cli(secret, 'audit', 'verify', '--head', `${head.seq}:${hash}`);
  const right = await verify('the-second-secret-0815,the-first-secret-4711', head.hash);
  assert.equal(right.code, 0);
  assert.match(right.said, /signed with AUDIT_SECRET from entry 1 on/);
  assert.ok(right.said.includes(`head  2:${head.hash}`));
  assert.match((await verify('the-first-secret-4711', `${head.hash}0`)).said, /^broken at entry 2/);
  assert.match((await verify(undefined, head.hash)).said, /not in AUDIT_SECRET/);

  await assert.rejects(open(), { code: 'config.invalid', message: /^AUDIT_SECRET/ });
  await assert.rejects(open('the-second-secret-0815'), { code: 'config.invalid' });
  assert.match((await cli(undefined, 'forget', 'c-1')).said, /^config\.invalid: AUDIT_SECRET/);
  // A start that was refused leaves nothing locked.
  const again = await open('the-second-secret-0815,the-first-secret-4711');
  const later = again.createOutbox({ routes: [], onUnknown: 'hold' });
  await later.note('refused', outgoingCard({ messageId: 'm-3' }));
  await again.close();
  assert.equal((await verify('the-second-secret-0815,the-first-secret-4711', head.hash)).code, 0);
});
