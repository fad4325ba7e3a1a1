import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type RunningBot, startBot } from '../fakes/startBot.ts';
import { launchChromium } from './launchChromium.ts';

let bot: RunningBot;
let browser: Browser;
before(async () => {
  bot = await startBot();
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  await bot.close();
});

async function openMessenger(width = 1280, height = 800): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height } });
  page.on('pageerror', (error) => assert.fail(`the page threw ${error.message}`));
  await page.goto(bot.sandboxUrl);
  await page.getByText('Online').waitFor();
  return page;
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your message').fill(text);
  await page.keyboard.press('Enter');
}

/** The guest protocol takes five messages a second and refuses a sixth: a limit that only a script meets. */
const atHumanPace = (page: Page) => page.waitForTimeout(400);

/** Keeps a picture for a person to look at, when SCREENSHOTS names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS } = process.env;
  if (SCREENSHOTS === undefined) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

test('a customer types a sentence, sees the order card, clicks its button and sees the answer', async () => {
  const page = await openMessenger();
  await say(page, 'where is my order 12345?');

  await page.getByRole('heading', { name: 'Order 12345' }).waitFor();
  await page.getByText('on its way').waitFor();
  await page.getByText('Example Parcel').waitFor();
  const link = page.getByRole('link', { name: 'Track parcel' });
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');
  await picture(page, 'order-card');

  await page.getByRole('button', { name: 'Talk to somebody' }).click();
  await page.getByRole('button', { name: 'Chat with a person' }).waitFor();
  await picture(page, 'after-the-click');
  await page.close();
});

test('offers are a carousel whose choice leads on', async () => {
  const page = await openMessenger();
  await say(page, 'show me your offers');
  await page.getByRole('button', { name: 'Choose' }).first().waitFor();
  await picture(page, 'carousel');
  await page.getByRole('button', { name: 'Choose' }).nth(2).click();
  await page.getByText('Shall I order it?').waitFor();
  await say(page, 'yes');
  await page.getByRole('heading', { name: 'Order Confirmation' }).waitFor();
  await picture(page, 'order-confirmation');
  await page.close();
});

test('something not understood gets an answer with quick replies, and they work by keyboard alone', async () => {
  const page = await openMessenger();
  await say(page, 'xyzzy plugh');
  const reply = page.getByRole('button', { name: 'My order' });
  await reply.waitFor();
  await picture(page, 'quick-replies');
  await reply.focus();
  await page.keyboard.press('Enter');
  await page.getByText('What is your order number?').waitFor();
  await page.close();
});

for (const route of ['Guest API', 'Bot Connector v1', 'Bot Connector v2']) {
  test(`by ${route}: an order, a choice from the carousel, quick replies, a misunderstanding, a person`, async () => {
    const page = await openMessenger();
    await page.getByLabel(route).check();
    await page.getByText('Online').waitFor();
    await say(page, 'where is my order 12345?');
    await page.getByText('Example Parcel').waitFor();
    await atHumanPace(page);
    await say(page, 'show me your offers');
    await page.getByRole('button', { name: 'Choose' }).nth(1).click();
    await page.getByText('Shall I order it?').waitFor();
    await atHumanPace(page);
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await page.getByText('nothing was ordered').waitFor();
    await atHumanPace(page);
    await say(page, 'xyzzy plugh');
    await page.getByRole('button', { name: 'A person' }).click();
    await atHumanPace(page);
    await page.getByRole('button', { name: 'Chat with a person' }).click();
    await page.getByText('getting a person').waitFor();
    await page.getByText('None so far.').waitFor();
    await picture(page, `by ${route}`);
    await page.close();
  });
}

test('what is sent while the Messenger still connects is sent when it is connected', async () => {
  const page = await openMessenger();
  await page.getByLabel('Your message').fill('where is my order 12345?');
  await page.evaluate(`
    document.querySelector('input[value=v1]').click();
    document.querySelector('form').requestSubmit();
  `);
  await page.getByText('Example Parcel').waitFor();
  await page.close();
});

for (const width of [390, 320]) {
  test(`nothing is cut off at a width of ${width}`, async () => {
    const page = await openMessenger(width, 780);
    await say(page, 'where is my order 12345?');
    await page.getByRole('heading', { name: 'Order 12345' }).waitFor();
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.equal(overflow, 0);
    await picture(page, `narrow-${width}`);
    await page.close();
  });
}

test('what a customer types is text: markup in it does nothing', async () => {
  const page = await openMessenger();
  await say(page, '<img src=x onerror="document.title=1"><script>document.title=2</script> *a*');
  await page.getByText('did not understand').waitFor();
  assert.doesNotMatch(await page.title(), /[12]/);
  assert.equal(await page.locator('[role=log] img[src=x]').count(), 0);
  await page.close();
});
