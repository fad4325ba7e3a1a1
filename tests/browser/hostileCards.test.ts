import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import { CodedError } from '../../cards/errors.ts';
import { formatAdaptiveCard } from '../../cards/formats/adaptiveCard.ts';
import { formatGuestMessage } from '../../cards/formats/allFormats.ts';
import { startSandbox } from '../../sandbox/startSandbox.ts';
import { hostileTexts } from '../cards/corpora/hostileTexts.ts';
import { type FakeServer, listen } from '../fakes/listen.ts';
import { post } from '../fakes/startBot.ts';
import { ownRegistry } from '../fakes/templates.ts';
import { beginAnew } from './customer.ts';
import { type Chromium, launchChromium } from './launchChromium.ts';

const registry = ownRegistry();

/** Every hostile text as title, body and label of a card; what our checks refuse is not there to be shown. */
const cards: CheckedCard[] = hostileTexts.flatMap((text, i) => {
  const requests = [
    { title: text.slice(0, 80), description: text.slice(0, 500) },
    {
      title: 'x',
      description: 'x',
      actions: [{ label: text.slice(0, 80), type: 'postback', value: `p${i}` }],
    },
    { title: 'x', description: 'x', actions: [{ label: 'x', type: 'openUrl', value: text }] },
  ];
  return requests.flatMap((fields) => {
    try {
      return registry.compose({ templateId: 'order-confirmation-v2', fields });
    } catch (error) {
      assert.ok(error instanceof CodedError);
      return [];
    }
  });
});

let browser: Chromium;
before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());

/** A page that tells of everything that ran, opened or was asked for elsewhere. */
async function watchedPage(origin: string): Promise<{ page: Page; happened: string[] }> {
  const page = await browser.newPage();
  const happened: string[] = [];
  page.on('dialog', (dialog) => {
    happened.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', () => happened.push('popup'));
  page.on('pageerror', (error) => happened.push(`error ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith(origin.replace('http', 'ws')) && !url.startsWith('data:'))
      happened.push(`request ${url}`);
  });
  return { page, happened };
}

/** What a card may have left in the page: addresses that run something, handlers, scripts, frames. */
const findDanger = `(() => {
  const found = [];
  for (const element of document.querySelectorAll('.log *, [role=log] *, #cards *')) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on')) found.push(name);
      if (/^(href|src|action|formaction|xlink:href)$/.test(name) && !/^(https:|mailto:|tel:)/.test(value)) found.push(name + '=' + value.slice(0, 40));
    }
    if (/^(SCRIPT|IFRAME|OBJECT|EMBED|LINK|BASE|STYLE|FORM)$/.test(element.tagName)) found.push(element.tagName);
  }
  return found;
})()`;

test('there are enough hostile cards to show', () => {
  assert.ok(cards.length > 200, `${cards.length}`);
});

test('hostile cards in the Messenger run nothing and ask for nothing', async (t) => {
  const sandbox = await startSandbox({ port: 0, clientId: 'c', clientSecret: 's' });
  t.after(() => sandbox.close());
  const { page, happened } = await watchedPage(sandbox.url);
  await page.goto(sandbox.url);
  await page.getByText('Online').waitFor();
  const token: { access_token: string } = await fetch(`${sandbox.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('c:s')}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials&scope=webchat:guest:write',
  }).then((response) => response.json() as Promise<{ access_token: string }>);

  // The page draws a conversation anew with each message: a short one takes less time.
  for (let i = 0; i < cards.length; i += 50) {
    await beginAnew(page, sandbox.url);
    const conversationId = await page.locator('dl.details code').first().textContent();
    const batch = cards.slice(i, i + 50);
    for (const card of batch) {
      const { status, text } = await post(
        `${sandbox.url}/api/v2/guest/conversations/webchat/messages`,
        { conversationId, message: formatGuestMessage(card) },
        { authorization: `Bearer ${token.access_token}` },
      );
      assert.equal(status, 200, text);
    }
    await page
      .locator('[role=log] article')
      .nth(batch.length - 1)
      .waitFor();
    assert.deepEqual(await page.evaluate(findDanger), []);
  }
  assert.deepEqual(happened, []);
});

test("hostile cards in Adaptive Cards' own renderer run nothing and ask for nothing", async (t) => {
  const require = createRequire(import.meta.url);
  const renderer = readFileSync(
    join(dirname(require.resolve('adaptivecards/package.json')), 'dist', 'adaptivecards.min.js'),
  );
  const html =
    '<!doctype html><meta charset="utf-8"><script src="/adaptivecards.js"></script><div id="cards"></div>';
  const server: FakeServer = await listen((request, response) => {
    const isScript = request.path === '/adaptivecards.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? renderer : html);
  });
  t.after(server.close);
  const { page, happened } = await watchedPage(server.url);
  await page.goto(server.url);
  const shown = await page.evaluate(
    `(${JSON.stringify(cards.map((card) => formatAdaptiveCard(card)))}).filter((json) => {
      const card = new AdaptiveCards.AdaptiveCard();
      card.parse(json);
      const element = card.render();
      if (element) document.getElementById('cards').append(element);
      return element;
    }).length`,
  );
  assert.equal(shown, cards.length);
  assert.deepEqual(await page.evaluate(findDanger), []);
  assert.deepEqual(
    happened.filter((what) => !what.endsWith('/favicon.ico')),
    [],
  );
});
