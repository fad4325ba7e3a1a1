import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { converse, type RunningBot, startBot } from '../fakes/startBot.ts';
import { picture } from './customer.ts';
import { findViolationsNow } from './findViolations.ts';
import { type Chromium, launchChromium } from './launchChromium.ts';

const password = 'operations-secret-0123456789';
const cardsSecret = 'cards-api-secret-0123456789';
let bot: RunningBot;
let browser: Chromium;
let context: BrowserContext;
let page: Page;
const problems: string[] = [];
before(async () => {
  bot = await startBot({ OPS_SECRET: password, CARDS_API_SECRETS: cardsSecret });
  browser = await launchChromium();
  context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    httpCredentials: { username: 'ops', password },
    acceptDownloads: true,
  });
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
});
after(async () => {
  await context.close();
  await browser.close();
  await bot.close();
});

const faults = (settings: object) =>
  fetch(`${bot.sandboxUrl}/sandbox/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
/** Sends a card, and waits for its outcome at most as long as told. */
async function sendCard(messageId: string, waitMs: number): Promise<void> {
  const { conversationId } = await converse(bot.sandboxUrl);
  await fetch(`${bot.url}/api/cards?waitMs=${waitMs}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cardsSecret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ conversationId, templateId: 'help-v1', fields: {}, messageId }),
  });
}
const figure = (name: string, value: string | RegExp) =>
  page
    .locator('#figures div', { has: page.getByText(name, { exact: true }) })
    .getByText(value)
    .waitFor();
const trouble = (text: RegExp) => page.locator('#instances').getByText(text).waitFor();
const row = (messageId: string) =>
  page.getByRole('row').filter({ has: page.getByRole('button', { name: messageId, exact: true }) });

test('an operator goes through an outage, a storm of 429 and dead letters on the page', async (t) => {
  await page.goto(`${bot.url}/ops`);
  await page.getByText(/^Live,/).waitFor();

  await t.test('an outage: cards wait, and go out when it is over', async () => {
    await faults({ rate5xx: 1 });
    for (const id of ['out-1', 'out-2', 'out-3', 'out-4', 'out-5']) await sendCard(id, 0);
    await trouble(/no answer for .*last 5\d\d/);
    await figure('Waiting', '5');
    await faults({});
    await figure('Waiting', '0');
    await figure('Accepted, hour', '5');
  });

  await t.test('a storm of 429 is shown as such', async () => {
    await faults({ rate429: 1, retryAfterSeconds: 1 });
    await sendCard('storm-1', 0);
    await trouble(/rate limited/);
    await faults({});
    await figure('Accepted, hour', '6');
  });

  await t.test('a dead letter is found by its code, its text is shown only after a click', async () => {
    await faults({ rate401: 1 });
    await sendCard('dead-1', 20_000);
    await sendCard('dead-2', 20_000);
    await faults({});
    await page.getByRole('button', { name: 'genesys.unauthorized 2' }).click();
    await row('dead-2').waitFor();
    assert.equal(await page.locator('#rows tr').count(), 2);
    const link = page.getByRole('link', { name: 'CSV' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const csv = readFileSync(await download.path(), 'utf8');
    assert.match(csv, /^messageId,state,.*\r\n"dead-2","failed","genesys.unauthorized"/);
    await row('dead-1').getByRole('button').click();
    const card = page.getByRole('dialog', { name: 'dead-1: failed' });
    await card
      .getByText(/attempted\s+genesys.unauthorized\s+HTTP 401/)
      .first()
      .waitFor();
    assert.equal(await card.locator('#content').innerText(), '');
    assert.deepEqual(await findViolationsNow(page), [], 'a card');
    await card.getByRole('button', { name: /audit log/ }).click();
    await card.getByText('I can tell you where your order is').waitFor();
    await picture(page, 'ops-card');
    await page.keyboard.press('Escape');
    await row('dead-1').getByRole('button').click();
    await card.getByText('revealed').waitFor();
    await page.keyboard.press('Escape');
  });

  await t.test('a selection is replayed by the keyboard, after a question that can be refused', async () => {
    await page.getByLabel('Select', { exact: true }).focus();
    await page.keyboard.press('Space');
    const replay = page.getByRole('button', { name: 'Replay selected' });
    await replay.focus();
    await page.keyboard.press('Enter');
    const question = page.getByRole('dialog', { name: 'Replay 2 cards?' });
    await question.getByText('Customers who received the text instead of a card then have both.').waitFor();
    await page.keyboard.press('Escape');
    await figure('Dead letters', '2');
    await replay.press('Enter');
    await question.getByRole('button', { name: 'Replay', exact: true }).press('Enter');
    await page.getByText('2 replayed').waitFor();
    await figure('Dead letters', '0');
    await figure('Accepted, hour', '8');
  });

  await t.test('charts say what they show, also as a table, in each span', async () => {
    const outcomes = page.getByRole('img', { name: /^Cards by outcome: accepted at most \d+, not accepted/ });
    await outcomes.waitFor();
    await page
      .getByRole('img', { name: /^Pauses, circuit breaker and other problems: .*429, .*circuit open/ })
      .waitFor();
    await page.getByLabel('week').check();
    await page.getByText('As a table').first().click();
    await page.getByRole('columnheader', { name: 'not accepted' }).waitFor();
    assert.deepEqual(await findViolationsNow(page), [], 'the page');
    await page.getByText('As a table').first().click();
  });

  await t.test('narrow and dark: nothing is cut off', async () => {
    for (const [width, colorScheme] of [
      [1280, 'light'],
      [1280, 'dark'],
      [390, 'light'],
      [390, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      assert.equal(await page.evaluate(overflow), 0, `${width} ${colorScheme}`);
      await picture(page, `ops-${width}-${colorScheme}`);
    }
    assert.deepEqual(await findViolationsNow(page), [], 'dark');
  });
  assert.deepEqual(problems, []);
});
