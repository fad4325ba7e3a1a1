import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url));
const start = (env: Record<string, string>) =>
  spawn(process.execPath, [main], { env: { ...process.env, SANDBOX_PORT: '0', ...env } });

describe('the sandbox as a process', () => {
  it('says where it listens and ends when told to', async () => {
    const child = start({ GENESYS_CLIENT_ID: 'me', GENESYS_CLIENT_SECRET: 'mine' });
    const [line] = await once(child.stdout, 'data');
    const [, url] = /^sandbox listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(line)) ?? [];
    assert.ok(url, String(line));
    const form = { grant_type: 'client_credentials', client_id: 'me', client_secret: 'mine' };
    const response = await fetch(`${url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
    assert.equal(response.status, 200);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
  });

  it('says what is wrong with its settings', async () => {
    const child = start({ SANDBOX_PORT: '70000', BOT_URL: 'nowhere' });
    const lines: string[] = [];
    child.stderr.on('data', (data) => lines.push(String(data)));
    const [code] = await once(child, 'close');
    assert.equal(code, 1);
    assert.match(lines.join(''), /SANDBOX_PORT: .*\nBOT_URL: .*\n$/);
  });
});
