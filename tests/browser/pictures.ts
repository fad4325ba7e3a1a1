import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { replyMessages } from '../../bot/channels/botConnector/turn/replyMessages.ts';
import { anyPublicHost } from '../../cards/richText/urlPolicy.ts';
import { card } from '../fakes/card.ts';
import { readCookbook } from '../fakes/cookbook.ts';
import { ownRegistry } from '../fakes/templates.ts';
import { startTestSandbox } from '../sandbox/client.ts';
import { startFakeBot } from '../sandbox/fakeBot.ts';
import { say } from './customer.ts';
import { drawStudio } from './drawStudio.ts';
import { launchChromium } from './launchChromium.ts';

/*
 * `npm run pictures`: draws the pictures of the docs anew. Those of docs/bot-framework-cards.md by Microsoft's renderer, which Web Chat
 * uses, and in the Messenger of the sandbox; those of docs/cookbook.md in the Messenger; those of
 * docs/card-authors.md in the Studio; and that of the README.
 */

const docs = join(import.meta.dirname, '..', '..', 'docs');
const shop = 'https://shop.example.com/pictures/';

const text = (words: string, more: object = {}) => ({ type: 'TextBlock', text: words, wrap: true, ...more });
const bold = (words: string) => text(words, { weight: 'Bolder', size: 'Medium' });
const column = (...lines: string[]) => ({
  type: 'Column',
  width: 'stretch',
  items: lines.map((line) => text(line)),
});
const image = (name: string) => ({
  type: 'Image',
  url: `${shop}${name}.png`,
  altText: name,
  size: 'Medium',
});
const product = (name: string, file: string, price: string) => ({
  type: 'Container',
  items: [bold(name), image(file), text(price)],
});
const cell = (words: string) => ({ type: 'TableCell', items: [text(words)] });
const row = (...cells: string[]) => ({ type: 'TableRow', cells: cells.map(cell) });
const submit = (title: string) => ({ type: 'Action.Submit', title, data: { choice: title } });

interface Sample {
  name: string;
  body: object[];
  actions?: object[];
}

const samples: Sample[] = [
  {
    name: 'Facts and a link',
    body: [
      bold('Order 12345'),
      text('Your order is on its way.'),
      {
        type: 'FactSet',
        facts: [
          { title: 'Carrier', value: 'Example Parcel' },
          { title: 'Total', value: '€113.90' },
        ],
      },
    ],
    actions: [{ type: 'Action.OpenUrl', title: 'Track parcel', url: 'https://shop.example.com/track/12345' }],
  },
  {
    name: 'Columns are rows',
    body: [
      bold('Your flight'),
      { type: 'ColumnSet', columns: [column('From', 'To', 'Date'), column('Rome', 'Oslo', 'May 4')] },
    ],
  },
  {
    name: 'Containers are cards',
    body: [
      product('Desk lamp', 'LP-10', '€34.50'),
      product('Compact keyboard', 'KB-75', '€59.00'),
      product('Headphones', 'HP-200', '€79.90'),
    ],
  },
  {
    name: 'Table',
    body: [
      {
        type: 'Table',
        columns: [{ width: 2 }, { width: 1 }, { width: 1 }],
        rows: [row('Item', 'Qty', 'Price'), row('Cup', '2', '€5.00'), row('Spoon', '', '€1.20')],
      },
    ],
  },
  {
    name: 'Question',
    body: [bold('How was it?'), text('One tap is enough.')],
    actions: ['Good', 'Fine', 'Bad'].map(submit),
  },
  {
    name: 'Rich text',
    body: [
      {
        type: 'RichTextBlock',
        inlines: [
          { type: 'TextRun', text: 'Gate closes ' },
          { type: 'TextRun', text: '18:40', weight: 'Bolder' },
          { type: 'TextRun', text: '\nSeat 12A' },
        ],
      },
      { ...text('Hidden until you land'), isVisible: false },
    ],
  },
];

const cards = samples.map(({ body, actions }) => ({
  type: 'AdaptiveCard',
  version: '1.5',
  body,
  ...(actions === undefined ? {} : { actions }),
}));

/** Pictures of the sample shop come from the sandbox, as its Messenger shows them; nothing else is asked. */
async function serveShop(page: Page, sandboxUrl: string): Promise<void> {
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (url.startsWith(sandboxUrl)) return route.continue();
    if (!url.startsWith(shop)) return route.abort();
    const path = join(docs, '..', 'sandbox', 'web', 'shop', url.slice(shop.length));
    return route.fulfill({ path });
  });
}

const version = { version: '1', supportedLanguages: ['en'], intents: [{ name: 'shown' }] };
const listOfBots = { entities: [{ id: 'b', name: 'B', provider: 'P', versions: [version] }] };

const recipes = readCookbook();
const registry = ownRegistry();
const fields = registry.get('order-status-v2').file.samples.shipped;
/** What the Messenger of the README shows. */
const order = registry.compose({ templateId: 'order-status-v2', fields })[0]?.card;
const bot = await startFakeBot(async ({ path, body }) => {
  if (path === '/api/messages') {
    if (body.type !== 'message') return {};
    const recipe = recipes[Number(body.text)];
    const shown = recipe === undefined ? order : card(recipe.components);
    await sandbox.postCard(body.conversation.id, { ...shown, messageId: randomUUID() }, token);
    return {};
  }
  if (path !== '/api/genesys/v1/messages') return { json: listOfBots };
  const content = cards[Number(body.inputMessage.text)];
  const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content }];
  return {
    json: {
      replymessages: replyMessages({ type: 'message', attachments }, anyPublicHost).messages,
      botState: 'Complete',
      intent: 'shown',
    },
  };
});
const sandbox = await startTestSandbox({ botUrl: bot.url });
const token = await sandbox.token();
const browser = await launchChromium();

/** Says something to the bot, and gives a picture of what it answers, or of the whole page. */
async function drawAnswer(route: string, words: string, pageWidth?: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: pageWidth ?? 420, height: 820 } });
  await serveShop(page, sandbox.url);
  await page.goto(`${sandbox.url}/?route=${route}`);
  await page.getByText('Online').waitFor();
  await say(page, words);
  const answer = page.locator('.message.from-bot:not(:has(.typing))').last();
  await answer.waitFor();
  await page.waitForLoadState('networkidle');
  const picture = await (pageWidth === undefined ? answer : page).screenshot();
  await page.close();
  return picture;
}

try {
  writeFileSync(join(docs, 'messenger.png'), await drawAnswer('guest', 'Where is my order 12345?', 1000));
  await drawStudio(browser, join(docs, 'studio'));
  mkdirSync(join(docs, 'cookbook'), { recursive: true });
  for (const [index, { picture }] of recipes.entries())
    writeFileSync(join(docs, 'cookbook', `${picture}.png`), await drawAnswer('guest', String(index)));

  const sheet = await browser.newPage({ viewport: { width: 980, height: 900 } });
  await serveShop(sheet, sandbox.url);
  const pairs: string[] = [];
  const renderer = createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js');
  for (const [index, { name }] of samples.entries()) {
    const web = await browser.newPage({ viewport: { width: 400, height: 900 } });
    await serveShop(web, sandbox.url);
    await web.setContent('<body style="margin:0;font:14px sans-serif;background:#fff"><div id="card"></div>');
    await web.addScriptTag({ path: renderer });
    await web.evaluate(`{
      const card = new AdaptiveCards.AdaptiveCard();
      card.parse(${JSON.stringify(cards[index])});
      document.getElementById('card').append(card.render());
    }`);
    await web.waitForLoadState('networkidle');
    const left = await web.locator('#card').screenshot();
    await web.close();

    const right = await drawAnswer('v1', String(index));

    const picture = (bytes: Buffer) => `<img src="data:image/png;base64,${bytes.toString('base64')}">`;
    pairs.push(`<tr><th colspan="2">${name}</th></tr><tr><td>${picture(left)}<td>${picture(right)}</tr>`);
  }
  await sheet.setContent(`<style>
    body { margin: 0; padding: 16px; font: 15px sans-serif; background: #fff; width: 900px }
    td { vertical-align: top; padding: 8px; border: 1px solid #ddd; width: 440px } th { text-align: left; padding: 16px 8px 4px }
    img { max-width: 420px }
    </style><table id="all"><tr><td>Web Chat (Microsoft's renderer)<td>Genesys (Messenger of the sandbox)</tr>${pairs.join('')}</table>`);
  await sheet.locator('#all').screenshot({ path: join(docs, 'bot-framework-cards.png') });
} finally {
  await browser.close();
  await sandbox.close();
  await bot.close();
}
