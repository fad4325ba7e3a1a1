import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startSandbox } from '../../sandbox/startSandbox.ts';
import { converse, post, type RunningBot, startBot } from '../fakes/startBot.ts';
import { templateFile } from '../fakes/templates.ts';
import { type Received, startFakeBot } from '../sandbox/fakeBot.ts';
import { picture } from './customer.ts';
import { type Chromium, launchChromium } from './launchChromium.ts';

const dir = mkdtempSync(join(tmpdir(), 'studio-'));
const write = (parts: object) =>
  writeFileSync(join(dir, 'test-v1.json'), JSON.stringify(templateFile({ ...parts })));
let bot: RunningBot;
let browser: Chromium;
const others: { close(): Promise<void> }[] = [];
before(async () => {
  write({});
  bot = await startBot({ CARD_TEMPLATES_DIR: dir });
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  await bot.close();
  for (const one of others) await one.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Opens the studio; the test fails if the page breaks its own policy or throws. */
async function open(t: TestContext, query: string, { width = 1280, url = bot.sandboxUrl } = {}) {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  t.after(async () => {
    await page.close();
    assert.deepEqual(problems, []);
  });
  await page.goto(`${url}/studio${query}`);
  return page;
}

const routes = ['Guest API', 'Bot Connector v1', 'Bot Connector v2'];
const column = (page: Page, name: string) => page.getByRole('region', { name });
const isShown = (page: Page) => page.getByText(/^Shown at/).waitFor();
const everywhere = (page: Page, title: string) =>
  Promise.all(routes.map((name) => column(page, name).getByRole('heading', { name: title }).waitFor()));

test('a sample is shown by all three routes, with the JSON that was sent', async (t) => {
  const page = await open(t, '?template=order-status-v1&sample=shipped');
  await everywhere(page, 'Order 12345');
  await isShown(page);
  const sent = [/"templateMatrix"/, /"contentType": "Card"/, /"contentType": "Card"/];
  for (const [at, name] of routes.entries()) {
    await column(page, name).getByText('JSON as sent').click();
    const json = await column(page, name).getByRole('group', { name: 'JSON by' }).innerText();
    assert.match(json, sent[at] ?? /never/);
    assert.match(JSON.stringify(JSON.parse(json)), /Track parcel/);
  }
  await picture(page, 'studio');
});

test('another sample and another locale are shown at once, and again after a reload', async (t) => {
  const page = await open(t, '');
  await page.getByLabel('Template').selectOption('order-status-v1');
  await everywhere(page, 'Order 12345');
  await page.getByLabel('Sample').selectOption('processing');
  await everywhere(page, 'Order 54321');
  await page.getByLabel('Locale').fill('de');
  await everywhere(page, 'Bestellung 54321');
  assert.match(page.url(), /\?template=order-status-v1&sample=processing&locale=de$/);
  await page.reload();
  await everywhere(page, 'Bestellung 54321');
  assert.equal(await page.getByLabel('Sample').inputValue(), 'processing');
});

const refused: [query: string, said: string][] = [
  ['?template=nope-v1', 'template.unknown'],
  ['?template=help-v1&sample=nope', 'The samples of help-v1 are: default'],
];
for (const [query, said] of refused) {
  test(`${query} says by every route "${said}" and shows no card`, async (t) => {
    const page = await open(t, query);
    await page.getByText(/^Refused at .*: Guest, v1, v2$/).waitFor();
    for (const name of routes) await column(page, name).getByText(said).waitFor();
    assert.equal(await page.locator('.message').count(), 0);
    await picture(page, 'studio-refused');
  });
}

test('what /card cannot read is said, and not sent as a sentence of a customer', async (t) => {
  const page = await open(t, '?template=contact-support-v1&locale=es_419');
  await page.getByRole('alert').getByText('takes no such locale: es_419').waitFor();
  await page.getByLabel('Locale').fill('de');
  await everywhere(page, 'Mit jemandem sprechen');
});

test('a changed file is shown when the author comes back to the window', async (t) => {
  const page = await open(t, '?template=test-v1');
  await everywhere(page, 'Ada');
  await isShown(page);
  write({ samples: { default: { name: 'Grace' }, more: { name: 'Joan' } } });
  const { say } = await converse(bot.sandboxUrl);
  while ((await say('/card test-v1 more')).at(-1).text !== 'Joan');
  await page.evaluate('window.dispatchEvent(new Event("focus"))');
  await everywhere(page, 'Grace');
  assert.deepEqual(await page.getByLabel('Sample').locator('option').allTextContents(), ['default', 'more']);

  const isRefused = async () => (await say('/card')).at(0).text.startsWith('template.invalid');
  write({ text: '${nam}' });
  while (!(await isRefused()));
  await page.evaluate('window.dispatchEvent(new Event("focus"))');
  for (const name of routes) await column(page, name).getByText('at test-v1.json template:$.text').waitFor();
  await everywhere(page, 'Grace');
  write({});
  while (await isRefused());
});

test('a click on a card is neither sent nor followed: the page says what it would do', async (t) => {
  const page = await open(t, '?template=order-status-v1&sample=shipped');
  await isShown(page);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url()));
  await page.evaluate(
    'addEventListener("click", (event) => { window.isFollowed = !event.defaultPrevented; })',
  );
  const guest = column(page, 'Guest API');
  await guest.getByRole('button', { name: 'Talk to somebody' }).click();
  await guest.getByText('A click sends support').waitFor();
  await guest.getByRole('link', { name: 'Track parcel' }).click();
  await guest.getByText('A click opens https://shop.example.com/track/12345').waitFor();
  assert.equal(await page.evaluate('window.isFollowed'), false);
  assert.deepEqual(
    sent.filter((url) => !url.includes('after=')),
    [],
  );
});

for (const width of [1280, 390]) {
  test(`nothing is cut off at a width of ${width}`, async (t) => {
    const page = await open(t, '?template=order-status-v1&sample=shipped', { width });
    await isShown(page);
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    assert.equal(await page.evaluate(overflow), 0);
    await picture(page, `studio-${width}`);
  });
}

test('the Messenger and the studio lead to each other', async (t) => {
  const page = await open(t, '');
  await page.getByRole('link', { name: 'Messenger' }).click();
  await page.getByText('Online').waitFor();
  await page.getByRole('link', { name: 'studio' }).click();
  await isShown(page);
});

/** Another sandbox beside a bot of one function, or beside none; closed when its pages are. */
async function otherSandbox(answer?: Parameters<typeof startFakeBot>[0]): Promise<string> {
  const sandbox = await startSandbox({ port: 0, clientId: 'c', clientSecret: 's' });
  others.push(sandbox);
  if (answer !== undefined) {
    const fake = await startFakeBot(answer);
    others.push(fake);
    sandbox.setBotUrl(fake.url);
  }
  return sandbox.url;
}

/** Says something as a bot does on the guest route. */
const answerTo = ({ body }: Received, text: string) =>
  post(`${body.serviceUrl}/v3/conversations/${body.conversation.id}/activities`, { type: 'message', text });

test('without a bot the page says so', async (t) => {
  const page = await open(t, '', { url: await otherSandbox() });
  await page.getByRole('alert').getByText('The bot did not answer. Is it running?').waitFor();
});

test('a bot without the command /card is told apart from one that does not answer', async (t) => {
  const url = await otherSandbox(async (request) => {
    await answerTo(request, 'I did not understand that.');
    return {};
  });
  const page = await open(t, '', { url });
  await page.getByRole('alert').getByText('The bot has no command /card').waitFor();
});

test('what the sandbox would not show of a card is told beside it', async (t) => {
  const url = await otherSandbox(async (request) => {
    const replymessages = [{ type: 'Structured', text: 'x' }];
    if (request.path !== '/api/messages')
      return { json: { botState: 'MoreData', intent: 'x', replymessages } };
    const isList = request.body.text === '/card';
    await answerTo(
      request,
      isList ? `/card TEMPLATE [SAMPLE] [LOCALE]: test-v1` : 'The samples of test-v1 are: default',
    );
    return {};
  });
  const page = await open(t, '', { url });
  await column(page, 'Bot Connector v1').getByText('replymessages[0].content').waitFor();
  await column(page, 'Bot Connector v1').getByText('No message came by this route.').waitFor();
  await picture(page, 'studio-complaints');
});
