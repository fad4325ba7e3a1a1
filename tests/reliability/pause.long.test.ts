import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { certificateKey, certificates } from '../fakes/certificates.ts';
import { json } from '../fakes/listen.ts';
import { portOf } from '../fakes/peer.ts';
import { WorkerProcess } from '../faults/workerProcess.ts';

/** Time limit of a request in milliseconds, as the product has it. */
const timeoutMs = 10_000;
/** The state of a process can be read in /proc only. */
const skip = process.platform !== 'linux';

/** Starts Genesys with a login that works; gives the answer to the first card when the card has arrived. */
async function startGenesys(t: TestContext, isTls: boolean) {
  const arrived = Promise.withResolvers<ServerResponse>();
  const answer: RequestListener = (request, response) => {
    request.resume().once('end', () => {
      if (request.url?.endsWith('/messages')) arrived.resolve(response);
      else json(response, 200, { access_token: 'token', token_type: 'bearer', expires_in: 86_400 });
    });
  };
  const server = isTls
    ? createTlsServer({ cert: certificates.valid, key: certificateKey }, answer)
    : createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `${isTls ? 'https' : 'http'}://127.0.0.1:${portOf(server)}`, arrived: arrived.promise };
}

/** Starts a worker that holds a card whose outcome is unknown. */
async function startWorker(t: TestContext, url: string): Promise<WorkerProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pause-'));
  const caFile = join(dataDir, 'ca.pem');
  writeFileSync(caFile, certificates.valid);
  const worker = new WorkerProcess({
    dataDir,
    url,
    clientId: 'client',
    clientSecret: 'secret',
    dropsRepeats: false,
    onUnknown: 'hold',
    requestsPerMinute: 1_000_000,
    timeoutMs,
    caFile,
  });
  t.after(async () => {
    await worker.end('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });
  await worker.start();
  return worker;
}

/** Stops a process as a debugger or a machine that moves does; resolves when it stands still. */
async function pause(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  while (!/^.*\) T /s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) await sleep(10);
}

const answered = (response: ServerResponse) =>
  new Promise<void>((resolve) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id: 'message' }), resolve);
  });

const cases: [when: string, isTls: boolean, act: (response: ServerResponse) => unknown, outcome: string][] = [
  ['an answer came during the pause', false, answered, 'accepted'],
  ['an answer came over TLS during the pause', true, answered, 'accepted'],
  ['no answer came', false, () => {}, 'unknown'],
];

test('a process that was paused beyond its time limit', { skip, concurrency: true }, async (t) => {
  const all = cases.map(([when, isTls, act, outcome]) =>
    t.test(`has the card ${outcome} when ${when}`, async (t) => {
      const genesys = await startGenesys(t, isTls);
      const worker = await startWorker(t, genesys.url);
      const settled = once(worker, 'settled');
      await worker.submit({ messageId: 'card', conversationId: 'conversation', sequence: 1 });
      const response = await genesys.arrived;
      const { pid } = worker;
      assert.ok(pid !== undefined);
      await pause(pid);
      await act(response);
      // Its limit began before the card arrived here, so it is due when this one is over.
      await sleep(timeoutMs);
      process.kill(pid, 'SIGCONT');
      assert.deepEqual(await settled, ['card', 'conversation', outcome]);
    }),
  );
  await Promise.all(all);
});
