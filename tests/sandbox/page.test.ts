import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SampleOrders } from '../../dialogs/orders/sampleOrders.ts';
import { startTestSandbox, type TestSandbox } from './client.ts';

describe('the files of the pages', () => {
  let sandbox: TestSandbox;
  before(async () => {
    sandbox = await startTestSandbox();
  });
  after(() => sandbox.close());

  const files: [string, string][] = [
    ['/', 'text/html; charset=utf-8'],
    ['/studio', 'text/html; charset=utf-8'],
    ['/web/app.js', 'text/javascript; charset=utf-8'],
    ['/web/messenger.css', 'text/css; charset=utf-8'],
    ['/web/icon.svg', 'image/svg+xml'],
    ['/pictures/LP-10.png', 'image/png'],
    ['/vendor/preact.js', 'text/javascript; charset=utf-8'],
    ['/vendor/htm.js', 'text/javascript; charset=utf-8'],
  ];
  for (const [path, type] of files) {
    it(`serves ${path} with a strict policy`, async () => {
      const response = await fetch(sandbox.url + path);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-type'), type);
      assert.equal(
        response.headers.get('content-security-policy'),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
      assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
    });
  }

  it('has every picture of the sample shop', async () => {
    const orders = new SampleOrders();
    const found = await Promise.all(['12345', '54321', '777', '4040'].map((id) => orders.find(id)));
    const pictures = [
      ...found.map((order) => order?.pictureUrl),
      ...(await orders.offers()).map((product) => product.imageUrl),
    ];
    for (const picture of pictures) {
      const { pathname } = new URL(picture ?? '');
      assert.equal((await fetch(sandbox.url + pathname)).status, 200, picture);
    }
  });

  for (const path of [
    '/web/../main.ts',
    '/pictures/none.png',
    '/web/..%2fmain.ts',
    '/web/index.html/x',
    '/vendor/zod.js',
    '/web/studio.html',
    '/package.json',
  ]) {
    it(`does not serve ${path}`, async () => {
      const { status } = await sandbox.call('GET', path);
      assert.equal(status, 404);
    });
  }
});
