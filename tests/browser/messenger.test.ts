import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { post, type RunningBot, startBot } from '../fakes/startBot.ts';
import { openMessenger, picture, say, wholeConversation } from './customer.ts';
import { type Chromium, launchChromium } from './launchChromium.ts';

let bot: RunningBot;
let browser: Chromium;
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

/** Holds the history back as it is when the page asks for it, from now until it is let through. */
async function heldHistory(page: Page) {
  const [asked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await page.route('**/api/v2/webmessaging/messages*', async (route) => {
    const response = await route.fetch();
    asked.resolve();
    await released.promise;
    await route.fulfill({ response });
  });
  return {
    asked: asked.promise,
    release: async () => {
      const arrived = page.waitForEvent('requestfinished', (request) =>
        request.url().includes('/webmessaging/messages'),
      );
      released.resolve();
      await arrived;
    },
  };
}

const bubbles = (page: Page) => page.locator('[role=log] .bubble').allTextContents();

test('a history that comes after the customer began a new conversation is not shown in it', async () => {
  const page = await open();
  await say(page, 'an old sentence');
  await page.getByText('did not understand').waitFor();
  const history = await heldHistory(page);
  await page.reload();
  await history.asked;
  await page.getByRole('button', { name: 'New conversation' }).click();
  await page.getByText('How can we help you?').waitFor();
  await page.getByText('Online').waitFor();
  await history.release();
  await say(page, 'thanks');
  await page.getByText('You are welcome').waitFor();
  assert.equal((await bubbles(page))[0], 'thanks');
  await page.close();
});

test('what is said while the history is on its way stays, after the history', async () => {
  const page = await open();
  await say(page, 'an old sentence');
  await page.getByText('did not understand').waitFor();
  const history = await heldHistory(page);
  await page.reload();
  await history.asked;
  await say(page, 'thanks');
  await page.getByText('You are welcome').waitFor();
  await history.release();
  await page.getByText('an old sentence').waitFor();
  const said = await bubbles(page);
  assert.deepEqual([said[0], said.at(-2)], ['an old sentence', 'thanks']);
  assert.equal(said.filter((text) => text === 'thanks').length, 1);
  await page.close();
});

test('what is older than the history stays before it when the connection was lost', async () => {
  const page = await browser.newPage();
  let lose = async () => {};
  await page.routeWebSocket('**/v1?*', (socket) => {
    socket.connectToServer();
    lose = () => socket.close();
  });
  await page.goto(bot.sandboxUrl);
  await page.getByText('Online').waitFor();
  const conversationId = await page.locator('dl.details code').first().textContent();
  const said = Array.from({ length: 110 }, (_, i) => `message ${i}`);
  const activities = `${bot.sandboxUrl}/v3/conversations/${conversationId}/activities`;
  for (const text of said) await post(activities, { type: 'message', text });
  await page.getByText('message 109').waitFor();
  const again = page.waitForEvent('requestfinished', (request) =>
    request.url().includes('/webmessaging/messages'),
  );
  await lose();
  await again;
  await page.getByText('Online').waitFor();
  await post(activities, { type: 'message', text: 'and one more' });
  await page.getByText('and one more').waitFor();
  assert.deepEqual(await bubbles(page), [...said, 'and one more']);
  await page.close();
});

test('what a customer types is text: markup in it does nothing', async () => {
  const page = await open();
  await say(page, '<img src=x onerror="document.title=1"><script>document.title=2</script> *a*');
  await page.getByText('did not understand').waitFor();
  assert.doesNotMatch(await page.title(), /[12]/);
  assert.equal(await page.locator('[role=log] img[src=x]').count(), 0);
  await page.close();
});
