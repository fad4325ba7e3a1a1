import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type RunningBot, startBot } from '../fakes/startBot.ts';
import { openMessenger, picture, say, wholeConversation } from './customer.ts';
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

const open = (width = 1280, height = 800) => openMessenger(browser, bot.sandboxUrl, { width, height });

test('a customer types a sentence, sees the order card, clicks its button and sees the answer', async () => {
  const page = await open();
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
  const page = await open();
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
  const page = await open();
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
    const page = await open();
    await wholeConversation(page, route);
    await picture(page, `by ${route}`);
    await page.close();
  });
}

test('what is sent while the Messenger still connects is sent when it is connected', async () => {
  const page = await open();
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
    const page = await open(width, 780);
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
  const page = await open();
  await say(page, '<img src=x onerror="document.title=1"><script>document.title=2</script> *a*');
  await page.getByText('did not understand').waitFor();
  assert.doesNotMatch(await page.title(), /[12]/);
  assert.equal(await page.locator('[role=log] img[src=x]').count(), 0);
  await page.close();
});
