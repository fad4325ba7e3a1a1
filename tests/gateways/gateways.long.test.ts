import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openGuest } from '../sandbox/guestSocket.ts';
import { type RunningDoors, startDoors } from './doors.ts';
import { missing, run } from './programs.ts';

const withoutJava = await missing('java', '-version');
const withoutNginx = await missing('nginx', '-v');

let doors: RunningDoors;
const directory = mkdtempSync(join(tmpdir(), 'gateways-'));
before(async () => {
  doors = await startDoors();
});
after(async () => {
  await doors.close();
  rmSync(directory, { recursive: true, force: true });
});

const javaClient = `
import java.net.URI;
import java.net.http.*;
public class Client {
  public static void main(String[] all) throws Exception {
    var client = HttpClient.newHttpClient();
    for (int i = 0; i < all.length; i += 3) {
      var body = all[i + 2].isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(all[i + 2]);
      var request = HttpRequest.newBuilder(URI.create(all[i + 1])).header("Content-Type", "application/json").method(all[i], body);
      System.out.println(client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode());
    }
  }
}`;

test("Java's HttpClient, which offers HTTP/2 with each request, is answered by the bot and by the sandbox", {
  skip: withoutJava,
}, async () => {
  const file = join(directory, 'Client.java');
  writeFileSync(file, javaClient);
  const { stdout } = await run('java', [
    file,
    ...doors.cases.flatMap(({ method, url, body }) => [method, url, body]),
  ]);
  assert.deepEqual(
    stdout.trim().split(/\s+/).map(Number),
    doors.cases.map(({ status }) => status),
  );
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an AddressInfo, not a pipe name.
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The lines of nginx's own page about WebSockets, and those of most guides. https://nginx.org/en/docs/http/websocket.html */
const headers = {
  'of its documentation':
    'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;',
  'of most guides':
    'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;',
};
for (const [whose, lines] of Object.entries(headers)) {
  test(`behind nginx with the WebSocket lines ${whose}, requests are answered and the guests' WebSocket opens`, {
    skip: withoutNginx,
  }, async (t) => {
    const [toBot, toSandbox] = [await freePort(), await freePort()];
    const server = (port: number, target: string) =>
      `server { listen 127.0.0.1:${port}; location / { proxy_pass ${target}; proxy_http_version 1.1; ${lines} } }`;
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${directory}/${name};`,
    );
    const file = join(directory, 'nginx.conf');
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${directory}/pid; error_log stderr notice; events {}
      http { access_log off; ${temporary.join(' ')} map $http_upgrade $connection_upgrade { default upgrade; '' close; }
      ${server(toBot, doors.bot)} ${server(toSandbox, doors.sandbox)} }`,
    );
    const nginx: ChildProcess = spawn('nginx', ['-c', file, '-p', directory, '-e', 'stderr'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    t.after(async () => {
      nginx.kill();
      await once(nginx, 'exit');
    });
    const { stderr } = nginx;
    assert.ok(stderr);
    let log = '';
    await new Promise<void>((resolve) => {
      stderr.on('data', (chunk) => {
        log += String(chunk);
        // The last line that nginx writes at its start.
        if (log.includes('getrlimit')) resolve();
      });
      nginx.once('exit', () => resolve());
    });
    assert.equal(nginx.exitCode, null, log);
    const through = (url: string) =>
      url
        .replace(doors.bot, `http://127.0.0.1:${toBot}`)
        .replace(doors.sandbox, `http://127.0.0.1:${toSandbox}`);
    for (const { method, url, body, status } of doors.cases) {
      const response = await fetch(through(url), {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === '' ? {} : { body }),
      });
      await response.bytes();
      assert.equal(response.status, status, `${method} ${url}: ${log}`);
    }
    // Without the customer's Host the page is one of another origin.
    const keepsHost = lines.includes('Host $host');
    const origin = `http://127.0.0.1:${toSandbox}`;
    const guest = await openGuest(origin, { headers: keepsHost ? { origin } : {} });
    await guest.close();
  });
}
