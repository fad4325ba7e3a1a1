import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { previewTemplate } from '../../bot/authoring/previewTemplate.ts';
import { findBrowser, launchBrowser, type PictureLook, takePicture } from '../../bot/studio/takePicture.ts';
import { anyPublicHost } from '../../cards/richText/urlPolicy.ts';
import { ownRegistry } from '../fakes/templates.ts';
import { type Chromium, launchChromium } from './launchChromium.ts';

let browser: Chromium;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());

/** Width and height of a PNG, in points of the page. */
function sizeOf(png: Buffer): [width: number, height: number] {
  assert.equal(png.toString('latin1', 1, 4), 'PNG');
  return [png.readUInt32BE(16) / 2, png.readUInt32BE(20) / 2];
}

const pictureOf = (address: string, look: PictureLook) => {
  const text = JSON.stringify(ownRegistry().get(address).file);
  return takePicture(browser, previewTemplate(text, {}, anyPublicHost), look);
};

test('a picture shows a card as its receiver draws it, a carousel with all of its cards', async () => {
  const [width, height] = sizeOf(await pictureOf('order-status-v2', {}));
  assert.equal(width, 375);
  assert.ok(height > 300, `${height}`);
  const [wide] = sizeOf(await pictureOf('product-offers-v2', { view: 'adaptive', theme: 'dark' }));
  assert.ok(wide > 600, `${wide}`);
});

const nowhere = { env: {}, exists: () => false };
test('the browser is that of CHROME_PATH, else one that is installed', () => {
  assert.equal(findBrowser({ ...nowhere, env: { CHROME_PATH: '/my/chrome' } }), '/my/chrome');
  const isEdge = (path: string) => path.endsWith('msedge.exe');
  assert.equal(
    findBrowser({ env: { PROGRAMFILES: 'C:\\P' }, exists: isEdge }),
    'C:\\P\\Microsoft\\Edge\\Application\\msedge.exe',
  );
  assert.equal(findBrowser({ ...nowhere, env: { CHROME_PATH: '' } }), undefined);
});

test('a machine without a browser gets an error that says what to install', async () => {
  const launched = launchBrowser({ ...nowhere, findPacked: async () => undefined });
  await assert.rejects(launched, { code: 'config.invalid', hint: /Install Chrome.*CHROME_PATH/ });
  const wrong = launchBrowser({ env: { CHROME_PATH: '/not/there' } });
  await assert.rejects(wrong, { code: 'config.invalid', message: /\/not\/there does not start/ });
});
