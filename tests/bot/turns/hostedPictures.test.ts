import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { MemoryStorage, TestAdapter } from 'botbuilder';
import { createBotConnector } from '../../../bot/channels/botConnector/botbuilder.ts';
import { cardAttachment } from '../../../bot/plugin.ts';
import { CardMiddleware } from '../../../bot/turns/cardMiddleware.ts';
import { HostedPictures } from '../../../bot/turns/hostedPictures.ts';
import { ownRegistry } from '../../fakes/templates.ts';

const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
const gif = Buffer.from('GIF89a\0\0');
const webp = Buffer.from('RIFF\0\0\0\0WEBPVP8 ');
const baseUrl = 'https://bot.example.com/api/genesys';

const dataUri = (bytes: Buffer, type = 'image/png') => `data:${type};base64,${bytes.toString('base64')}`;
const addressOf = (bytes: Buffer, extension: string, conversation = 'c') =>
  `${baseUrl}/pictures/${conversation}/${createHash('sha256').update(bytes).digest('hex')}.${extension}`;
const nameOf = (bytes: Buffer, extension: string) => addressOf(bytes, extension).split('/').at(-1) ?? '';
const file = (contentUrl: string) => ({ attachments: [{ contentType: 'image/png', contentUrl }] });
const hosting = (limits = {}) => new HostedPictures({ baseUrl, storage: new MemoryStorage(), ...limits });

describe('a picture that came as its bytes', () => {
  const taken: [what: string, bytes: Buffer, extension: string, contentType: string][] = [
    ['PNG', png, 'png', 'image/png'],
    ['JPEG', jpeg, 'jpg', 'image/jpeg'],
    ['GIF', gif, 'gif', 'image/gif'],
    ['WebP', webp, 'webp', 'image/webp'],
  ];
  for (const [what, bytes, extension, contentType] of taken) {
    it(`is served as ${what}, whatever type its address declares`, async () => {
      const pictures = hosting();
      const { activity, changes } = await pictures.keep('c', file(dataUri(bytes, 'image/x-icon')));
      assert.deepEqual([activity, changes], [file(addressOf(bytes, extension)), []]);
      assert.deepEqual(await pictures.find('c', nameOf(bytes, extension)), { contentType, bytes });
      assert.equal(await pictures.find('d', nameOf(bytes, extension)), undefined);
    });
  }

  const refused: [what: string, uri: string, why: string][] = [
    ['SVG', dataUri(Buffer.from('<svg onload="x()"/>'), 'image/svg+xml'), 'it is not PNG, JPEG, GIF or WebP'],
    ['HTML that calls itself PNG', dataUri(Buffer.from('<html>')), 'it is not PNG, JPEG, GIF or WebP'],
    ['more than 1 MiB', dataUri(Buffer.concat([png, Buffer.alloc(1024 * 1024)])), 'it is larger than 1 MiB'],
  ];
  for (const [what, uri, why] of refused) {
    it(`is not served when it is ${what}`, async () => {
      const { activity, changes } = await hosting().keep('c', file(uri));
      assert.deepEqual(activity, file(uri));
      assert.deepEqual(changes, [
        { path: '$.attachments[0].contentUrl', what: `a picture is not hosted: ${why}` },
      ]);
    });
  }

  it('is found in cards at any depth and in Markdown', async () => {
    const given = (url: string) => ({
      text: `See ![the code](${url}) here`,
      attachments: [{ content: { body: [{ type: 'Container', items: [{ type: 'Image', url }] }] } }],
    });
    const { activity } = await hosting().keep('c|1', given(dataUri(gif)));
    assert.deepEqual(activity, given(addressOf(gif, 'gif', 'c%7C1')));
  });

  it('leaves what holds no picture as the same object', async () => {
    const activity = { text: 'data:image/png', attachments: [{ content: { a: [1, null] } }] };
    assert.equal((await hosting().keep('c', activity)).activity, activity);
  });

  for (const [what, limits] of Object.entries({
    'more pictures': { maxCount: 2 },
    'more bytes': { maxBytes: 25 },
  })) {
    it(`takes the place of the oldest when a conversation has ${what} than allowed`, async () => {
      const pictures = hosting(limits);
      for (const bytes of [png, jpeg, png]) await pictures.keep('c', file(dataUri(bytes)));
      const { changes } = await pictures.keep('c', file(dataUri(gif)));
      assert.match(changes[0]?.what ?? '', /^older pictures of the conversation are discarded: 1,/);
      // The JPEG was sent last before the PNG was sent again.
      assert.equal(await pictures.find('c', nameOf(jpeg, 'jpg')), undefined);
      for (const [bytes, extension] of [
        [png, 'png'],
        [gif, 'gif'],
      ] as const)
        assert.notEqual(await pictures.find('c', nameOf(bytes, extension)), undefined, extension);
    });
  }
});

it('pictures of one conversation that are stored at the same time count together', async () => {
  const pictures = hosting({ maxCount: 1 });
  await Promise.all([pictures.keep('c', file(dataUri(png))), pictures.keep('c', file(dataUri(gif)))]);
  const found = [await pictures.find('c', nameOf(png, 'png')), await pictures.find('c', nameOf(gif, 'gif'))];
  assert.equal(found.filter((one) => one !== undefined).length, 1);
});

it('the route of pictures needs no credential and lets a browser do nothing but show them', async () => {
  const pictures = hosting();
  const doors = createBotConnector({
    secrets: ['s'],
    logic: async () => {},
    storage: new MemoryStorage(),
    pictures,
  });
  await pictures.keep('c|1', file(dataUri(webp)));
  const get = (url: string) => doors.fetch(new Request(url));
  const found = await get(addressOf(webp, 'webp', 'c%7C1'));
  assert.deepEqual(Buffer.from(await (found ?? new Response()).arrayBuffer()), webp);
  assert.deepEqual(Object.fromEntries(found?.headers ?? []), {
    'content-type': 'image/webp',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'private, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  });
  for (const path of ['c/none.png', 'c%7C1/list', '%E0%A4%A/x.png'])
    assert.equal((await get(`${baseUrl}/pictures/${path}`))?.status, 404, path);
});

it('a picture that the storage cannot read is answered with 503, and its error is reported', async () => {
  const error = new Error('no storage');
  const storage = { read: () => Promise.reject(error), write: () => Promise.resolve() };
  const refused: unknown[] = [];
  const endpoints = createBotConnector({
    secrets: ['s'],
    logic: async () => {},
    storage,
    pictures: new HostedPictures({ baseUrl, storage }),
    events: { onRefused: (event) => refused.push(event) },
  });
  const answer = await endpoints.fetch(new Request(addressOf(png, 'png', 'c')));
  assert.equal(answer?.status, 503);
  assert.deepEqual(refused, [{ status: 503, code: 'request.503', error }]);
});

it('a field of a card may be a picture by its bytes', async () => {
  const product = { sku: 'lamp', name: 'Lamp', price: 5, currency: 'EUR', imageUrl: dataUri(png) };
  const adapter = new TestAdapter(async (context) => {
    await context.sendActivity({
      attachments: [cardAttachment('product-offers-v2', { products: [product] })],
    });
  });
  adapter.use(new CardMiddleware({ registry: ownRegistry(), pictures: hosting() }));
  await adapter.send('hi');
  assert.match(JSON.stringify(adapter.activeQueue), new RegExp(addressOf(png, 'png', 'Convo1')));
});
