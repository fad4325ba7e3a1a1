import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Studio, startStudio } from '../../../bot/studio/startStudio.ts';
import { templateFile } from '../../fakes/templates.ts';

const token = 'a-token-of-this-test';
const json = (parts: Parameters<typeof templateFile>[0] = {}) =>
  `${JSON.stringify(templateFile(parts), null, 2)}\n`;

describe('the Studio', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'studio-')));
  const dir = join(root, 'cards');
  const installed = join(root, 'node_modules', 'some', 'files');
  const outside = join(root, 'outside-v1.json');
  const reported: unknown[] = [];
  let studio: Studio;

  before(async () => {
    for (const one of [dir, installed]) mkdirSync(one, { recursive: true });
    writeFileSync(join(dir, 'test-v1.json'), json());
    writeFileSync(join(installed, 'test-v1.json'), json());
    writeFileSync(outside, json());
    studio = await startStudio({
      dirs: [dir, installed],
      port: 0,
      token,
      report: (error) => reported.push(error),
    });
  });
  after(async () => {
    await studio.close();
    rmSync(root, { recursive: true, force: true });
    assert.deepEqual(reported, []);
  });

  /** A request with any header: fetch does not let us write `host`. */
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
    // biome-ignore lint/suspicious/noExplicitAny: an answer of any form, compared below.
    new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: any }>(
      (resolve, reject) => {
        const { hostname, port } = new URL(studio.url);
        const sent = request(
          {
            ...{ hostname, port, method, path },
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
          },
          async (response) => {
            const text = Buffer.concat(await response.toArray()).toString('utf8');
            const isJson = response.headers['content-type']?.includes('json');
            const { statusCode: status, headers: given } = response;
            resolve({ status, headers: given, body: isJson ? JSON.parse(text) : text });
          },
        );
        sent.once('error', reject);
        sent.end(body === undefined ? undefined : JSON.stringify(body));
      },
    );
  const call = (path: string, body: unknown) => ask('POST', `/api/${path}`, {}, body);
  const write = (name: string, text: string, mark: string | null, folder = 0) =>
    call('write', { folder, name, text, mark });
  const markOf = async (name: string, folder = 0): Promise<string> =>
    (await call('read', { folder, name })).body.mark;

  it('prints an address whose token is sent to no server', () => {
    assert.equal(studio.address, `${studio.url}/#token=${token}`);
    assert.equal(new URL(studio.url).hostname, '127.0.0.1');
  });

  const callers: [why: string, headers: Record<string, string>, status: number][] = [
    ['no token', { authorization: '' }, 401],
    ['another token', { authorization: `Bearer ${token}x` }, 401],
    ['the token as a password', { authorization: `Basic ${btoa(`:${token}`)}` }, 401],
    ['another host that leads here', { host: 'evil.example' }, 403],
    ['another port in the host', { host: '127.0.0.1:1' }, 403],
    ['a page of another site', { origin: 'https://evil.example' }, 403],
    ['a page of another port', { origin: 'http://127.0.0.1:3979' }, 403],
    ['a page without an origin of its own', { origin: 'null' }, 403],
    ['a form of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }, 403],
    ['a body of another type', { 'content-type': 'text/plain' }, 415],
  ];
  for (const [why, headers, status] of callers) {
    it(`refuses a call with ${why}`, async () => {
      const answer = await ask('POST', '/api/read', headers, { folder: 0, name: 'test-v1.json' });
      assert.equal(answer.status, status);
      assert.ok(!JSON.stringify(answer.body).includes('components'));
    });
  }

  it('answers the page by any name of this machine, and by no other', async () => {
    const port = new URL(studio.url).port;
    for (const host of ['127.0.0.1', 'localhost', '[::1]'])
      assert.equal((await ask('GET', '/', { host: `${host}:${port}` })).status, 200, host);
    assert.equal((await ask('GET', '/', { host: 'studio.example' })).status, 403);
  });

  it('serves the page with a strict policy, and every file and library that it imports', async () => {
    const { body, headers } = await ask('GET', '/', { authorization: '' });
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; script-src 'self' 'nonce-[^']+'; /);
    assert.ok(!policy.includes('unsafe'));
    const { imports } = JSON.parse(/<script type="importmap"[^>]*>([^<]*)/.exec(body)?.[1] ?? '');
    const named = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    for (const path of [...named, ...Object.values<string>(imports)])
      assert.equal((await ask('GET', path)).status, 200, path);
  });

  for (const path of ['/studio/../startStudio.ts', '/studio/..%2fguard.ts', '/package.json', '/api/none']) {
    it(`does not serve ${path}`, async () => {
      assert.equal((await ask('GET', path)).status, 404);
    });
  }

  it('lists the files of its folders', async () => {
    const { body } = await ask('GET', '/api/folders');
    const files = [{ name: 'test-v1.json', isPublished: false }];
    assert.deepEqual(body, [
      { id: 0, name: 'cards', path: dir, isReadOnly: false, files },
      { id: 1, name: 'files', path: installed, isReadOnly: true, files },
    ]);
  });

  const names = [
    '../outside-v1.json',
    '..\\outside-v1.json',
    outside,
    'C:\\cards\\test-v1.json',
    '/etc/passwd',
    'sub/test-v1.json',
    'test-v1.json\0',
    'test-v1.json\0.png',
    'test-v1.json:stream',
    'test-v1.json.',
    'test-v1.json ',
    'Test-v1.json',
    'TEST-V1.JSON',
    'test-v0.json',
    'test-v01.json',
    'test.json',
    'con.json',
    'nul',
    'aux-v1.json.txt',
    'COM1.json',
    'published.json',
    '.test-v1.json',
    '',
    '.',
    'tést-v1.json',
    `${'a'.repeat(100)}-v1.json`,
    '%2e%2e%2foutside-v1.json',
  ];
  for (const name of names) {
    it(`writes no file of the name ${JSON.stringify(name.replace(root, '…')).slice(0, 50)}`, async () => {
      const before = readdirSync(root, { recursive: true }).sort();
      const { status } = await write(name, 'x', null);
      assert.ok(status === 400 || status === 404, String(status));
      assert.deepEqual(readdirSync(root, { recursive: true }).sort(), before);
      assert.equal(readFileSync(outside, 'utf8'), json());
    });
  }

  it('takes no folder but its own', async () => {
    for (const folder of [2, -1, 0.5, '0', null])
      assert.ok([400, 404].includes((await call('read', { folder, name: 'test-v1.json' })).status ?? 0));
  });

  it('does not open a file that is not UTF-8: its letters would be lost when it is saved', async (t) => {
    const file = join(dir, 'latin-v1.json');
    writeFileSync(file, Buffer.from(json().replace('{', '{"title":"Grüße",'), 'latin1'));
    t.after(() => rmSync(file));
    const { status, body } = await call('read', { folder: 0, name: 'latin-v1.json' });
    assert.equal(status, 422);
    assert.match(
      String(Object(body).detail),
      /The file is not UTF-8\. Save it in an editor with the encoding UTF-8\./,
    );
  });

  it('neither reads nor writes what a link leads to', async (t) => {
    const link = join(dir, 'linked-v1.json');
    symlinkSync(outside, link);
    symlinkSync(join(root, 'nowhere'), join(dir, 'dangling-v1.json'));
    t.after(() => {
      for (const name of ['linked-v1.json', 'dangling-v1.json']) rmSync(join(dir, name));
    });
    assert.equal((await call('read', { folder: 0, name: 'linked-v1.json' })).status, 404);
    for (const name of ['linked-v1.json', 'dangling-v1.json'])
      assert.equal((await write(name, 'x', null)).status, 403);
    assert.equal(readFileSync(outside, 'utf8'), json());
    assert.ok(!existsSync(join(root, 'nowhere')));
  });

  it('writes nothing into the folder of an installed package', async () => {
    const mark = await markOf('test-v1.json', 1);
    assert.equal((await write('test-v1.json', 'x', mark, 1)).status, 403);
    assert.equal((await write('new-v1.json', 'x', null, 1)).status, 403);
  });

  it('writes a file, and never over a change on the disk', async () => {
    const mark = await markOf('test-v1.json');
    const saved = await write('test-v1.json', json({ title: 'Mine' }), mark);
    assert.equal(saved.status, 200);
    assert.equal(readFileSync(join(dir, 'test-v1.json'), 'utf8'), json({ title: 'Mine' }));
    writeFileSync(join(dir, 'test-v1.json'), json({ title: 'Of another editor' }));
    assert.equal((await write('test-v1.json', json(), saved.body.mark)).status, 409);
    assert.equal((await write('test-v1.json', json(), null)).status, 409);
    rmSync(join(dir, 'test-v1.json'));
    assert.equal((await write('test-v1.json', json(), saved.body.mark)).status, 409);
    assert.equal((await write('test-v1.json', json(), null)).status, 200);
    assert.deepEqual(readdirSync(dir), ['test-v1.json']);
  });

  it('keeps the ends of lines that a file has', async () => {
    writeFileSync(join(dir, 'lines-v1.json'), '{\r\n}\r\n');
    const { body } = await call('read', { folder: 0, name: 'lines-v1.json' });
    assert.equal(body.text, '{\n}\n');
    await write('lines-v1.json', '{\n\n}\n', body.mark);
    assert.equal(readFileSync(join(dir, 'lines-v1.json'), 'utf8'), '{\r\n\r\n}\r\n');
    rmSync(join(dir, 'lines-v1.json'));
  });

  it('publishes a version, which cannot be changed from then on', async () => {
    const text = json({ id: 'done', version: 1 });
    const { body } = await write('done-v1.json', text, null);
    assert.equal((await call('publish', { folder: 0, name: 'done-v1.json', mark: 'other' })).status, 409);
    assert.equal((await call('publish', { folder: 0, name: 'done-v1.json', mark: body.mark })).status, 200);
    assert.equal((await write('done-v1.json', json(), body.mark)).status, 403);
    const { body: now } = await call('read', { folder: 0, name: 'done-v1.json' });
    assert.equal(now.isPublished, true);
    assert.equal(now.text, text);
  });

  it('publishes nothing where the list of published versions is a link, even a broken one', async (t) => {
    const list = join(dir, 'published.json');
    const kept = existsSync(list) ? readFileSync(list) : '{}';
    rmSync(list, { force: true });
    symlinkSync(join(root, 'nowhere'), list);
    const { body } = await write('linked-list-v1.json', json({ id: 'linked-list' }), null);
    t.after(() => {
      rmSync(list);
      writeFileSync(list, kept);
      rmSync(join(dir, 'linked-list-v1.json'));
    });
    const publish = { folder: 0, name: 'linked-list-v1.json', mark: body.mark };
    assert.equal((await call('publish', publish)).status, 403);
    assert.ok(!existsSync(join(root, 'nowhere')));
  });

  it('publishes nothing that has a mistake', async () => {
    const { body } = await write('wrong-v1.json', json({ id: 'wrong', text: '${none}' }), null);
    const refused = await call('publish', { folder: 0, name: 'wrong-v1.json', mark: body.mark });
    assert.equal(refused.status, 422);
    assert.equal(refused.body.path, 'template:$.text');
  });

  it('copies a text as the first version of a new id, and as the next one of an id that there is', async () => {
    const copy = (id: string) => call('copy', { folder: 0, text: json(), id });
    assert.deepEqual((await copy('copied')).body, { name: 'copied-v1.json' });
    assert.deepEqual((await copy('copied')).body, { name: 'copied-v2.json' });
    const { id, version } = JSON.parse(readFileSync(join(dir, 'copied-v2.json'), 'utf8'));
    assert.deepEqual({ id, version }, { id: 'copied', version: 2 });
    for (const wrong of ['', '../x', 'A', 'con\0']) assert.equal((await copy(wrong)).status, 400, wrong);
  });

  it('changes a value by its path, and removes one that is given without a value', async () => {
    const text = json({ samples: { default: { name: 'Ada' }, other: { name: 'Joan' } } });
    const edits = [{ path: ['samples', 'other'] }, { path: ['samples', 'default', 'name'], value: 'Grace' }];
    const { status, body } = await call('edit', { text, edits });
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body.text).samples, { default: { name: 'Grace' } });
    assert.equal((await call('rename', { text, path: ['properties', 'name'], to: 'first' })).status, 200);
    assert.equal((await call('locale', { text, locale: 'fr' })).status, 200);
    assert.equal((await call('locale', { text, locale: 'f' })).status, 400);
  });

  it('has start templates', async () => {
    const { body } = await ask('GET', '/api/starts');
    assert.ok(body.length >= 8);
    for (const { text } of body)
      assert.deepEqual((await call('lint', { text, name: `${JSON.parse(text).id}-v1.json` })).body, []);
  });

  it('shows the card in a Messenger by every route, and what a click sends', async () => {
    const buttons = [{ label: 'Yes', action: 'postback', payload: 'yes' }];
    const text = json({
      card: {
        components: [
          { type: 'body', text: '${name}' },
          { type: 'buttonGroup', buttons },
        ],
      },
    });
    for (const route of ['guest', 'v1', 'v2']) {
      const { address } = (await call('send', { text, route })).body;
      const { origin, searchParams } = new URL(address);
      // biome-ignore lint/suspicious/noExplicitAny: the sandbox's answers, compared below.
      const sandbox = async (path: string, said?: object): Promise<any> => {
        const headers = { 'content-type': 'application/json' };
        const init = said === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(said) };
        return (await fetch(`${origin}/sandbox/conversations${path}`, init)).json();
      };
      const { conversationId } = await sandbox(`?route=${searchParams.get('route')}`, {});
      const shown = await sandbox(`/${conversationId}/messages`, { text: searchParams.get('say') });
      assert.match(JSON.stringify(shown.messages), /"payload":"yes"/, route);
      const clicked = await sandbox(`/${conversationId}/messages`, { text: 'Yes', payload: 'yes' });
      assert.equal(clicked.messages.at(-1).text, 'The bot received: yes');
      const { complaints } = await sandbox(`/${conversationId}`);
      assert.deepEqual(complaints, [], route);
    }
  });

  it('shows the card of a text that is not saved, in every format', async () => {
    const { body } = await call('preview', { text: json({ samples: { default: { name: 'Grace' } } }) });
    assert.equal(body.guest.messages[0].card.messageId, 'sample-default');
    for (const format of ['guest', 'genesys', 'adaptive', 'text'])
      assert.match(JSON.stringify(body[format].messages), /Grace/, format);
  });

  it('tells of the card its limits, what a screen reader says, and its code for a dialog', async () => {
    const { body } = await call('preview', { text: json() });
    assert.ok(body.limits.some(({ limit }: { limit: string }) => limit === 'cardBytes'));
    assert.ok(body.spoken.length > 0 && Array.isArray(body.barriers));
    const exported = await call('export', { text: json(), form: 'dialog' });
    assert.match(exported.body.text, /sendCard\(context, 'test-v1'/);
  });

  const mistakes: [why: string, text: string, code: string][] = [
    ['is not JSON', '{', 'template.invalid'],
    ['lacks everything', '{}', 'template.invalid'],
    ['names an unknown field', json({ text: '${nam}' }), 'template.invalid'],
  ];
  for (const [why, text, code] of mistakes) {
    it(`says of a text that ${why} what lint says, and shows no card`, async () => {
      const { status, body } = await call('preview', { text });
      assert.equal(status, 200);
      assert.ok(body.refused.code.startsWith('template.'));
      const findings = (await call('lint', { text, name: 'test-v1.json' })).body;
      assert.ok(findings.some((one: { code: string; line: number }) => one.code === code && one.line > 0));
    });
  }
});
