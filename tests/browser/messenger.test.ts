import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { post, type RunningBot, startBot } from '../fakes/startBot.ts';
import { beginAnew, openMessenger, picture, say, wholeConversation } from './customer.ts';
import { type Chromium, launchChromium } from './launchChromium.ts';

let bot: RunningBot;
let browser: Chromium;
let page: Page;
before(async () => {
  bot = await startBot();
  browser = await launchChromium();
  // One page for all tests: a new one costs more than a test does.
  page = await openMessenger(browser, bot.sandboxUrl);
});
after(async () => {
  await browser.close();
  await bot.close();
});

/** Begins a conversation of its own for each test. */
beforeEach(async () => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await beginAnew(page, bot.sandboxUrl);
});
afterEach(() => page.unrouteAll());

test('a customer types a sentence, sees the order card, clicks its button and sees the answer', async () => {
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
});

test('offers are a carousel whose choice leads on', async () => {
  await say(page, 'show me your offers');
  await page.getByRole('button', { name: 'Choose' }).first().waitFor();
  await picture(page, 'carousel');
  await page.getByRole('button', { name: 'Choose' }).nth(2).click();
  await page.getByText('Shall I order it?').waitFor();
  await say(page, 'yes');
  await page.getByRole('heading', { name: 'Order Confirmation' }).waitFor();
  await picture(page, 'order-confirmation');
});

test('something not understood gets an answer with quick replies, and they work by keyboard alone', async () => {
  await say(page, 'xyzzy plugh');
  const reply = page.getByRole('button', { name: 'My order' });
  await reply.waitFor();
  await picture(page, 'quick-replies');
  await reply.press('Enter');
  await page.getByText('What is your order number?').waitFor();
});

for (const route of ['Guest API', 'Bot Connector v1', 'Bot Connector v2']) {
  test(`by ${route}: an order, a choice from the carousel, quick replies, a misunderstanding, a person`, async () => {
    await wholeConversation(page, route);
    await picture(page, `by ${route}`);
  });
}

test('what is sent while the Messenger still connects is sent when it is connected', async () => {
  await page.getByLabel('Your message').fill('where is my order 12345?');
  await page.evaluate(`
    document.querySelector('input[value=v1]').click();
    document.querySelector('form').requestSubmit();
  `);
  await page.getByText('Example Parcel').waitFor();
});

for (const width of [390, 320]) {
  test(`nothing is cut off at a width of ${width}`, async () => {
    await page.setViewportSize({ width, height: 780 });
    await say(page, 'where is my order 12345?');
    await page.getByRole('heading', { name: 'Order 12345' }).waitFor();
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.equal(overflow, 0);
    await picture(page, `narrow-${width}`);
  });
}

/** Holds the history back as it is when the page asks for it, from now until it is let through. */
async function holdHistory() {
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

const bubbles = (of = page) => of.locator('[role=log] .bubble').allTextContents();

test('a history that comes after the customer began a new conversation is not shown in it', async () => {
  await say(page, 'an old sentence');
  await page.getByText('did not understand').waitFor();
  const history = await holdHistory();
  await page.reload();
  await history.asked;
  await page.getByRole('button', { name: 'New conversation' }).click();
  await page.getByText('How can we help you?').waitFor();
  await page.getByText('Online').waitFor();
  await history.release();
  await say(page, 'thanks');
  await page.getByText('You are welcome').waitFor();
  assert.equal((await bubbles())[0], 'thanks');
});

test('what is said while the history is on its way stays, after the history', async () => {
  await say(page, 'an old sentence');
  await page.getByText('did not understand').waitFor();
  const history = await holdHistory();
  await page.reload();
  await history.asked;
  await say(page, 'thanks');
  await page.getByText('You are welcome').waitFor();
  await history.release();
  await page.getByText('an old sentence').waitFor();
  const said = await bubbles();
  assert.deepEqual([said[0], said.at(-2)], ['an old sentence', 'thanks']);
  assert.equal(said.filter((text) => text === 'thanks').length, 1);
});

test('what is older than the history stays before it when the connection was lost', async (t) => {
  const page = await browser.newPage();
  t.after(() => page.close());
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
});

test('what a customer types is text: markup in it does nothing', async () => {
  await say(page, '<img src=x onerror="document.title=1"><script>document.title=2</script> *a*');
  await page.getByText('did not understand').waitFor();
  assert.doesNotMatch(await page.title(), /[12]/);
  assert.equal(await page.locator('[role=log] img[src=x]').count(), 0);
});
