import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { card, startTestSandbox, type TestSandbox } from '../sandbox/client.ts';
import { type Answer, type FakeBot, type Received, startFakeBot } from '../sandbox/fakeBot.ts';
import { beginAnew } from './customer.ts';
import { findViolations } from './findViolations.ts';
import { type Chromium, launchChromium } from './launchChromium.ts';
import { messengerTurn, offersCard, orderCard } from './messengerBot.ts';

/** Run in the page: what reaches over the window's edges, apart from a carousel's own cards. */
const outsideOfTheWindow = `
  [...document.querySelectorAll('html, .message, .bubble, .card, .button, .chip, .composer, .settings, .new')]
    .filter((element) => !element.closest('.carousel-track'))
    .filter((element) => element.scrollWidth > innerWidth || element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.className)
`;

describe('the Messenger page', { timeout: 600_000 }, () => {
  let browser: Chromium;
  let sandbox: TestSandbox;
  let bot: FakeBot;
  let token: string;
  let turn: (request: Received) => Promise<Answer | undefined>;
  let page: Page;
  let problems: string[];
  before(async () => {
    bot = await startFakeBot((request) => turn(request));
    // Playwright answers forms faster than the five messages a second that Genesys takes of a customer.
    sandbox = await startTestSandbox({ botUrl: bot.url, messagesPerSecond: 1_000 });
    token = await sandbox.token();
    browser = await launchChromium();
    // One page for all tests: a new one costs more than a test does.
    page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('ERR_NAME_NOT_RESOLVED'))
        problems.push(message.text());
    });
  });
  after(async () => {
    await browser.close();
    await sandbox.close();
    await bot.close();
  });
  beforeEach(async () => {
    bot.received.length = 0;
    turn = messengerTurn(sandbox, token);
    problems = [];
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
    await beginAnew(page, sandbox.url);
  });
  afterEach(() => {
    assert.deepEqual(problems, []);
  });

  async function say(words: string): Promise<void> {
    await page.getByLabel('Your message').fill(words);
    await page.keyboard.press('Enter');
  }
  const posts =
    (...cards: object[]) =>
    async ({ body }: Received) => {
      for (const one of cards) await sandbox.postCard(body.conversation.id, one, token);
      return {};
    };
  const log = () => page.getByRole('log', { name: 'Conversation' });

  it('signs a customer in whom its address names', async () => {
    const heard = Promise.withResolvers<Record<string, string>>();
    turn = async ({ body, path }) => {
      if (path.endsWith('/v1/messages')) heard.resolve(body.parameters);
      return { json: { replymessages: [], botState: 'MoreData' } };
    };
    await page.goto(`${sandbox.url}/?route=v1&customer=ada`);
    await page.getByText('Online').waitFor();
    await say('hi');
    const { authenticated, customerId } = await heard.promise;
    assert.deepEqual([authenticated, customerId], ['true', 'ada']);
  });

  it('takes several lines, and scrolls to what was just said', async () => {
    const heard = Promise.withResolvers<string>();
    turn = async ({ body }) => {
      heard.resolve(body.text);
      return {};
    };
    await page.getByLabel('Your message').fill('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    assert.equal(await heard.promise, 'one\ntwo');
    await say(Array.from({ length: 80 }, (_, i) => `line ${i}`).join('\n'));
    await log().getByText('line 79').waitFor();
    await log().evaluate((element) => {
      element.scrollTop = 0;
      element.dispatchEvent(new Event('scroll'));
    });
    await say('the last one');
    await log().getByText('the last one').waitFor();
    assert.ok(await log().evaluate((element) => element.scrollTop > 0));
  });

  it('puts the focus where one types when a conversation begins anew', async () => {
    await page.getByRole('button', { name: 'New conversation' }).click();
    assert.equal(await page.locator(':focus').getAttribute('id'), 'words');
  });

  it('takes a sentence, shows the card, and brings a click to the bot', async () => {
    await say('where is my order 12345?');
    const shown = log().getByRole('article');
    await shown.getByRole('heading', { name: 'Order 12345' }).waitFor();
    assert.equal(await shown.locator('strong').textContent(), 'on its way');
    assert.deepEqual(await shown.getByRole('term').allTextContents(), ['Status', 'Items', 'Total']);
    assert.deepEqual(await shown.getByRole('definition').allTextContents(), ['Shipped', '2', '€64.90']);
    const link = shown.getByRole('link', { name: 'Track' });
    assert.equal(await link.getAttribute('href'), 'https://shop.example.com/track/12345');
    assert.equal(await link.getAttribute('target'), '_blank');
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');

    await shown.getByRole('button', { name: 'Cancel order' }).click();
    await log().getByText('You said order.cancel:12345.').waitFor();
    assert.deepEqual(bot.received.at(-1)?.body.value, {
      payload: 'order.cancel:12345',
      text: 'Cancel order',
    });
  });

  it('can be used with the keyboard alone', async () => {
    await page.goto(sandbox.url);
    await page.getByText('Online').waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').getAttribute('value'), 'guest');
    await page.getByRole('button', { name: 'Where is my order 12345?' }).focus();
    await page.keyboard.press('Enter');
    await log().getByRole('article').waitFor();
    await page.getByRole('link', { name: 'Track' }).focus();
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').textContent(), 'Cancel order');
    assert.equal(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'solid');
    await page.keyboard.press('Space');
    await log().getByText('You said order.cancel:12345.').waitFor();
  });

  it('draws a carousel that moves, pictures that are missing, and quick replies until one is taken', async () => {
    await say('show me your offers');
    const carousel = log().getByRole('group', { name: '3 cards' });
    await carousel.locator('div[role=img][aria-label="Trail shoe"]').waitFor();
    const next = carousel.getByRole('button', { name: 'Next cards' });
    const previous = carousel.getByRole('button', { name: 'Previous cards' });
    assert.equal(await previous.isDisabled(), true);
    await next.click();
    await page.locator('button[aria-label="Previous cards"]:not([disabled])').waitFor();
    await log().getByRole('button', { name: 'Help' }).click();
    await log().getByText('You said help.').waitFor();
    assert.equal(await log().getByRole('button', { name: 'My orders' }).count(), 0);
    assert.equal(await page.locator(':focus').getAttribute('role'), 'log');
    assert.equal(bot.received.at(-1)?.body.text, 'help');
  });

  it('shows hostile words as words', async () => {
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    turn = posts(
      card({
        components: [
          { type: 'header', text: hostile },
          { type: 'body', text: `${hostile} [click](https://example.com/%22onclick=x)`, markdown: true },
          { type: 'facts', items: [{ label: hostile, value: hostile }] },
        ],
      }),
    );
    await say(hostile);
    await log().getByRole('article').waitFor();
    assert.equal(await log().locator('script, img').count(), 0);
    assert.equal(await log().getByText('<script>').count(), 5);
    assert.equal(await page.title(), 'Messenger · Genesys Cloud sandbox');
  });

  it('says what the sandbox refused, and where', async () => {
    await say('something bad');
    const alert = page.getByRole('alert');
    await alert.getByText('message.card.components[0].url').waitFor();
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await alert.waitFor({ state: 'detached' });
    assert.equal(
      await page.getByRole('complementary').getByText('message.card.components[0].url').count(),
      1,
    );
  });

  it('shows that the bot types, and its answer when it comes', async () => {
    let answer = () => {};
    turn = async (request) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return messengerTurn(sandbox, token)(request);
    };
    await say('hello');
    await log().getByText('The bot is typing').waitFor();
    answer();
    await log().getByText('You said hello.').waitFor();
    await log().getByText('The bot is typing').waitFor({ state: 'detached' });
  });

  it('finds the conversation again after a reload, and begins a new one when asked', async () => {
    await say('where is my order 12345?');
    await log().getByRole('article').waitFor();
    await page.reload();
    await log().getByRole('article').waitFor();
    await page.getByRole('button', { name: 'New conversation' }).click();
    await log().getByText('How can we help you?').waitFor();
    assert.equal(await log().getByRole('article').count(), 0);
    assert.deepEqual(await findViolations(page), []);
  });

  it('draws what comes through Architect, in the dialect of Messenger', async () => {
    const action = (text: string) => ({ type: 'Postback', text, payload: `${text}!` });
    const one = { title: 'Order 12345', description: 'Arriving *Friday*', actions: [action('Cancel')] };
    const link = { type: 'Link', text: 'Open', url: 'https://shop.example.com/' };
    const replymessages = [
      { type: 'Text', text: 'It is *on its way*, **really**: _see_ [here](https://example.com/).' },
      {
        type: 'Structured',
        text: 'Your order',
        content: [{ contentType: 'Card', card: { ...one, defaultAction: link } }],
      },
      {
        type: 'Structured',
        text: 'More',
        content: [{ contentType: 'Carousel', carousel: { cards: [one, { ...one, actions: [link] }] } }],
      },
      {
        type: 'Structured',
        text: 'Size?',
        content: [{ contentType: 'QuickReply', quickReply: { text: 'Small', payload: 's' } }],
      },
    ];
    turn = async ({ path }) =>
      path === '/api/genesys/v1/messages'
        ? { json: { replymessages, botState: 'Complete', intent: 'order_status' } }
        : {
            json: {
              entities: [
                {
                  id: 'b',
                  name: 'B',
                  provider: 'P',
                  versions: [
                    { version: '1', supportedLanguages: ['en'], intents: [{ name: 'order_status' }] },
                  ],
                },
              ],
            },
          };
    await page.getByRole('radio', { name: /Bot Connector v1/ }).click();
    await page.getByText('Online').waitFor();
    await say('where is my order?');
    await log().getByText('Flow continued: intent order_status').waitFor();
    const bubble = log().locator('.from-bot .bubble').first();
    assert.deepEqual(await bubble.locator('strong').allTextContents(), ['on its way']);
    assert.match((await bubble.textContent()) ?? '', /\*really\*/);
    assert.equal(await log().getByRole('heading', { name: 'Order 12345' }).getByRole('link').count(), 1);
    assert.equal(await log().getByText('Arriving *Friday*').count(), 3, 'card fields are plain text');
    assert.deepEqual(await findViolations(page), []);
    await log().getByRole('button', { name: 'Small' }).click();
    await log().getByText('Flow continued: intent order_status').nth(1).waitFor();
    assert.equal(bot.received.at(-1)?.body.inputMessage.content[0].buttonResponse.payload, 's');
  });

  it('draws pickers and forms, passes all choices on, and sends a file', async () => {
    const datePicker = {
      title: 'When?',
      availableTimes: [{ dateTime: '2026-12-01T10:00:00Z', duration: 900 }],
    };
    const items = ['Gift wrap', 'Insurance'].map((title) => ({ id: title.toLowerCase(), title }));
    const listPicker = {
      sections: [{ multipleSelection: true, items }],
      receivedMessage: { title: 'More?' },
    };
    const input = { id: 'name', title: 'Name', isRequired: true, isMultipleLine: false };
    const pageComponents = [
      { formComponentType: 'Input', input },
      { formComponentType: 'ListPicker', listPicker: { id: 'more', ...listPicker } },
      { formComponentType: 'DatePicker', datePicker: { id: 'on', title: 'On', dateMinimum: '2026-12-01' } },
    ];
    const anyDay = { title: 'Which day?', dateMaximum: '2026-12-31T00:00:00Z' };
    const form = { cannedResponseId: 'c1', formPages: [{ title: 'You', subtitle: '', pageComponents }] };
    turn = async () => ({
      json: {
        botState: 'MoreData',
        replyMessages: [
          { type: 'Structured', text: 'D', content: [{ contentType: 'DatePicker', datePicker: anyDay }] },
          { type: 'Structured', text: 'F', content: [{ contentType: 'Form', form }] },
          { type: 'Structured', text: 'A', content: [{ contentType: 'DatePicker', datePicker }] },
          { type: 'Structured', text: 'B', content: [{ contentType: 'ListPicker', listPicker }] },
        ],
      },
    });
    const heard = () => bot.received.at(-1)?.body.inputMessage.content[0];
    await page.getByRole('radio', { name: /Bot Connector v2/ }).click();
    await page.getByText('Online').waitFor();
    await say('hello');
    await log()
      .getByRole('group', { name: /December|November/ })
      .getByRole('button')
      .click();
    await log().getByRole('heading', { name: 'When?' }).nth(1).waitFor();
    assert.deepEqual(
      [heard().buttonResponse.type, heard().buttonResponse.payload],
      ['DatePicker', '2026-12-01T10:00:00Z'],
    );
    const last = log().getByRole('article').last();
    for (const { title } of items) await last.getByLabel(title).check();
    await last.getByRole('button', { name: 'Send' }).click();
    await log().getByText('Gift wrap, Insurance').waitFor();
    await log().getByRole('heading', { name: 'When?' }).nth(2).waitFor();
    assert.equal(bot.received.at(-1)?.body.inputMessage.content.length, 2);
    const open = log()
      .getByRole('article')
      .filter({ has: page.getByLabel('Name') })
      .last();
    await open.getByRole('button', { name: 'Send' }).click();
    await open.getByLabel('Name').fill('Ada');
    for (const { title } of items) await open.getByLabel(title).check();
    await open.getByLabel('On', { exact: true }).fill('2026-12-24');
    await open.getByRole('button', { name: 'Send' }).click();
    await log().getByRole('heading', { name: 'When?' }).nth(3).waitFor();
    const { response, cannedResponseId } = heard().form;
    const filled = response.map((one: { id: string; component: { buttonResponse: { payload: string } } }) => [
      one.id,
      one.component.buttonResponse.payload,
    ]);
    assert.deepEqual(
      [cannedResponseId, ...filled],
      ['c1', ['name', 'Ada'], ['more', 'gift wrap'], ['more', 'insurance'], ['on', '2026-12-24']],
    );
    await page.getByLabel('Which day?').last().fill('2026-12-24');
    const day = log()
      .getByRole('article')
      .filter({ has: page.getByLabel('Which day?') })
      .last();
    await day.getByRole('button', { name: 'Send' }).click();
    await log().getByRole('heading', { name: 'When?' }).nth(4).waitFor();
    assert.equal(heard().buttonResponse.payload, '2026-12-24');
    const file = { name: 'receipt.png', mimeType: 'image/png', buffer: Buffer.from('abc') };
    await page.getByLabel('Attach a file').setInputFiles(file);
    await log().getByText('receipt.png').waitFor();
    assert.deepEqual(await findViolations(page), []);
    await log().getByRole('heading', { name: 'When?' }).nth(5).waitFor();
    assert.equal(heard().attachment.filename, 'receipt.png');
  });

  it('tells when the conversation is over', async () => {
    await say('hello');
    await log().getByText('You said hello.').waitFor();
    const conversation = await page.getByRole('complementary').locator('dd code').first().textContent();
    await sandbox.call('POST', `/sandbox/conversations/${conversation}/end`);
    await page.getByPlaceholder('This conversation is over').waitFor();
    assert.equal(await page.getByLabel('Your message').isDisabled(), true);
  });

  for (const width of [320, 390, 1280]) {
    it(`fits ${width} pixels`, async () => {
      await page.setViewportSize({ width, height: 700 });
      const long = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen'.repeat(3);
      turn = posts(
        orderCard(),
        offersCard(),
        card({
          components: [
            { type: 'header', text: long },
            { type: 'facts', items: [{ label: long, value: long }] },
            {
              type: 'buttonGroup',
              buttons: [{ label: long.slice(0, 80), action: 'postback', payload: 'x' }],
            },
          ],
        }),
      );
      await say(long);
      await log().getByRole('article').last().waitFor();
      const tooWide = await page.evaluate(outsideOfTheWindow);
      assert.deepEqual(tooWide, []);
      assert.equal(await page.getByRole('button', { name: 'Send' }).isVisible(), true);
      if (width === 320) assert.deepEqual(await findViolations(page), []);
    });
  }

  it('speaks German in a German browser', async () => {
    const german = await browser.newPage({ locale: 'de-DE' });
    await german.goto(sandbox.url);
    await german.getByText('Guten Tag! Wie können wir Ihnen helfen?').waitFor();
    await german.getByPlaceholder('Schreiben Sie hier Ihre Nachricht').waitFor();
    await german.close();
  });

  it('holds still for people who want less motion', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    let answer = () => {};
    turn = () =>
      new Promise((resolve) => {
        answer = () => resolve({});
      });
    await say('hello');
    await page.locator('.typing i').first().waitFor();
    const animation = await page.evaluate(
      "getComputedStyle(document.querySelector('.typing i')).animationName",
    );
    assert.equal(animation, 'none');
    answer();
  });

  it('reads Markdown into a tree, links only where it is safe', async () => {
    const read = (text: string, dialect: 'commonMark' | 'messengerDialect' | 'plainText') =>
      page.evaluate(
        async ([words, name]) => {
          const markdown = await import('/web/markdown.js' as string);
          const flat = (nodes: (string | { kind: string; href?: string; children: [] })[]): string =>
            nodes
              .map((node) =>
                typeof node === 'string'
                  ? node
                  : `<${node.kind}${node.href ? ` ${node.href}` : ''}>${flat(node.children)}</>`,
              )
              .join('');
          return flat(markdown.parseInline(words, markdown[name]));
        },
        [text, dialect] as const,
      );
    const common: [string, string][] = [
      ['**a** *b* _c_ ~~d~~ `e`', '<strong>a</> <em>b</> <em>c</> <s>d</> <code>e</>'],
      ['**a *b* c**', '<strong>a <em>b</> c</>'],
      ['snake_case_word and 2 * 3 * 4', 'snake_case_word and 2 * 3 * 4'],
      ['\\*a\\* &amp; &lt;b&gt; &#x20AC; &unknown;', '*a* & <b> € &unknown;'],
      ['[a **b**](https://x.example/(1))', '<link https://x.example/(1)>a <strong>b</></>'],
      [
        '[a](<https://x.example/>) <https://y.example/>',
        '<link https://x.example/>a</> <link https://y.example/>https://y.example/</>',
      ],
      ['[a](javascript:alert) [b](http://x.example) [c](data:x)', 'a b c'],
      ['<javascript:alert> <script>', '<javascript:alert> <script>'],
      ['see https://x.example/a. Now', 'see <link https://x.example/a>https://x.example/a</>. Now'],
      ['**open and [open', '**open and [open'],
      ['`**a**` ``b`c``', '<code>**a**</> <code>b`c</>'],
    ];
    for (const [text, tree] of common) assert.equal(await read(text, 'commonMark'), tree);
    const messenger: [string, string][] = [
      ['*a* _b_ ~c~ ==d== `e`', '<strong>a</> <em>b</> <s>c</> <mark>d</> <code>e</>'],
      ['2*3*4 \\*a\\*', '2*3*4 *a*'],
    ];
    for (const [text, tree] of messenger) assert.equal(await read(text, 'messengerDialect'), tree);
    assert.equal(
      await read('*a* [b](https://x.example) \\c', 'plainText'),
      '*a* [b](<link https://x.example>https://x.example</>) \\c',
    );
  });

  it('reads blocks of Markdown', async () => {
    turn = posts(
      card({
        components: [
          { type: 'body', text: '# Title\n\nOne\ntwo\n\n* a\n* **b**\n\n1. c\n2. d', markdown: true },
        ],
      }),
    );
    await say('blocks');
    await log().getByRole('article').waitFor();
    assert.equal(
      await log()
        .locator('.body')
        .evaluate((body) => body.innerHTML.replaceAll(/ (class|dir)="\w+"/g, '')),
      '<p><strong>Title</strong></p><p>One\ntwo</p><ul><li>a</li><li><strong>b</strong></li></ul><ol><li>c</li><li>d</li></ol>',
    );
  });

  it('shows a video as its picture with a link', async () => {
    const url = 'https://cdn.example.com/fitting.mp4';
    const poster = 'https://cdn.example.com/fitting.png';
    turn = posts(card({ components: [{ type: 'video', label: 'How it fits', url, poster }] }));
    await say('video');
    const link = log().getByRole('article').getByRole('link', { name: 'How it fits' });
    await link.waitFor();
    assert.equal(await link.getAttribute('href'), url);
    assert.match(await log().getByRole('article').innerHTML(), /How it fits.*How it fits/s);
  });
});
