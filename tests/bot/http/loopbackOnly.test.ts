import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { type RunningBot, startBot } from '../../fakes/startBot.ts';

let bot: RunningBot;
before(async () => {
  bot = await startBot();
});
after(() => bot.close());

const activity = JSON.stringify({
  type: 'message',
  channelId: 'emulator',
  conversation: { id: 'c' },
  from: { id: 'u' },
  recipient: { id: 'b' },
  text: 'hello',
  deliveryMode: 'expectReplies',
});

/** Sends a request to this machine under any name; gives the status and the code of the answer. */
function send(url: string, path: string, headers: Record<string, string>, body?: string) {
  return new Promise<{ status: number | undefined; code: unknown }>((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request({ hostname, port, path, method, agent: false, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => {
        const { code }: { code?: unknown } = text.startsWith('{') ? JSON.parse(text) : {};
        resolve({ status: response.statusCode, code });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const names: [headers: Record<string, string>, isLocal: boolean][] = [
  [{ host: 'localhost:3978' }, true],
  [{ host: 'LOCALHOST' }, true],
  [{ host: '127.0.0.1:3978' }, true],
  [{ host: '127.1.2.3' }, true],
  [{ host: '[::1]:3978' }, true],
  [{ host: 'bot.localhost:3978' }, true],
  [{ host: 'evil.example' }, false],
  [{ host: 'evil.example:3978' }, false],
  [{ host: 'localhost.evil.example' }, false],
  [{ host: '127.0.0.1.evil.example' }, false],
  [{ host: 'evil.example#localhost' }, false],
  [{ host: 'localhost@evil.example' }, false],
  [{ host: '169.254.169.254' }, false],
  [{ host: '0.0.0.0:3978' }, false],
  [{ host: 'localhost', origin: 'https://evil.example' }, false],
  [{ host: 'localhost', origin: 'null' }, false],
];
for (const [headers, isLocal] of names) {
  test(`a bot without an app id ${isLocal ? 'answers' : 'refuses'} ${JSON.stringify(headers)}`, async () => {
    const json = { 'content-type': 'application/json', ...headers };
    const { status, code } = await send(bot.url, '/api/messages', json, activity);
    assert.deepEqual([status, code], isLocal ? [200, undefined] : [403, 'request.403']);
  });

  test(`the sandbox ${isLocal ? 'answers' : 'refuses'} ${JSON.stringify(headers)}`, async () => {
    const json = { 'content-type': 'application/json', ...headers };
    const read = await send(bot.sandboxUrl, '/sandbox/stats', headers);
    const drive = await send(bot.sandboxUrl, '/sandbox/conversations', json, '{}');
    assert.deepEqual([read.status, drive.status], isLocal ? [200, 200] : [403, 403]);
  });
}

test('a page of this machine may call an open bot, as Web Chat on another port does', async () => {
  const headers = {
    'content-type': 'application/json',
    host: 'localhost:3978',
    origin: 'http://localhost:5173',
  };
  assert.equal((await send(bot.url, '/api/messages', headers, activity)).status, 200);
});

test("the connector's routes may be behind a tunnel, for they need a credential", async () => {
  const headers = { host: 'tunnel.example', authorization: 'Bearer connector-secret-0123456789' };
  assert.equal((await send(bot.url, '/api/genesys/v2/bots', headers)).status, 200);
  assert.equal((await send(bot.url, '/api/genesys/v2/bots', { host: 'tunnel.example' })).status, 401);
});
