import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBot } from '../fakes/startBot.ts';
import { launchChromium } from './launchChromium.ts';
import { offlineDirectLine, webChatBundle } from './webChatPackages.ts';

/** What is used of offline-directline and of the express that it brings. */
interface OfflineDirectLine {
  getRouter(serviceUrl: string, botUrl: string): RequestListener;
}
type Express = () => RequestListener & {
  use(router: RequestListener): void;
  get(path: string, handler: RequestListener): void;
};

const html = `<!doctype html><title>Web Chat</title><div id="chat" style="height: 900px"></div><script src="/webchat.js"></script>
<script>WebChat.renderWebChat({ userID: 'customer', locale: 'en-US',
  directLine: WebChat.createDirectLine({ domain: location.origin + '/directline', webSocket: false, pollingInterval: 200 }),
}, document.getElementById('chat'))</script>`;

test('a customer in Web Chat, over offline-directline, asks, clicks and declines', async (t) => {
  const [bundle, packages] = [await webChatBundle(), await offlineDirectLine()];
  const load = createRequire(join(packages, 'package.json'));
  const { getRouter }: OfflineDirectLine = load('offline-directline');
  const express: Express = load('express');
  const bot = await startBot();
  t.after(bot.close);

  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  app.get('/', (_request, response) => response.end(html));
  app.get('/webchat.js', (_request, response) => response.end(readFileSync(bundle)));
  app.use(getRouter(url, `${bot.url}/api/messages`));

  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(url);
  const say = async (text: string) => {
    await page.fill('[data-testid="send box text area"], .webchat__send-box-text-box__input', text);
    await page.keyboard.press('Enter');
  };
  const seen = (text: string) => page.getByText(text).last().waitFor();
  await say('where is my order?');
  await seen('What is your order number? For example: 12345');
  await say('12345');
  await seen('Your order is on its way.');
  await page.locator('.ac-pushButton', { hasText: 'Talk to somebody' }).click();
  await page.locator('.ac-adaptiveCard').nth(1).waitFor();
  await say('cancel my order 54321');
  const no = page.locator('.webchat__suggested-action', { hasText: 'No' });
  await no.click();
  await no.waitFor({ state: 'detached' });
  await say('"who are you" (c)');
  await seen('I am the assistant of this shop: a program, not a person.');
  await seen('All right, order 54321 stays as it is.');
  assert.deepEqual(errors, []);
});
