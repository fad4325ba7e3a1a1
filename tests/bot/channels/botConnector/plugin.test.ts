import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  ActionTypes,
  ActivityHandler,
  CardFactory,
  ConversationState,
  MemoryStorage,
  MessageFactory,
  type StatePropertyAccessor,
} from 'botbuilder';
import restify from 'restify';
import { CardMiddleware, createBotConnector, createCardRegistry } from '../../../../bot/plugin.ts';
import { call, requestBody, secret } from './startConnector.ts';

/** A bot as somebody wrote it long ago, for Teams and Web Chat: it knows nothing of Genesys. */
class FlowerBot extends ActivityHandler {
  readonly #basket: StatePropertyAccessor<string[]>;

  constructor(state: ConversationState) {
    super();
    this.#basket = state.createProperty('basket');
    this.onMembersAdded(async (context, next) => {
      const newcomers = (context.activity.membersAdded ?? []).filter(
        ({ id }) => id !== context.activity.recipient.id,
      );
      for (const { name } of newcomers) await context.sendActivity(`Welcome to the flower shop, ${name}!`);
      await next();
    });
    this.onMessage(async (context, next) => {
      const basket = await this.#basket.get(context, []);
      const value = context.activity.value;
      const text = (context.activity.text ?? '').trim().toLowerCase();
      if (text === 'flowers') {
        const flowers = ['Rose', 'Tulip'].map((name) =>
          CardFactory.heroCard(
            name,
            `A fresh **${name.toLowerCase()}**`,
            [`https://flowers.example.com/${name}.png`],
            [
              { type: ActionTypes.ImBack, title: `Take a ${name.toLowerCase()}`, value: `take ${name}` },
              {
                type: ActionTypes.OpenUrl,
                title: 'Look closer',
                value: `https://flowers.example.com/${name}`,
              },
            ],
          ),
        );
        await context.sendActivity({ type: 'typing' });
        await context.sendActivity(MessageFactory.carousel(flowers, 'These are **fresh** today:'));
      } else if (text.startsWith('take ')) {
        basket.push(text.slice('take '.length));
        await context.sendActivity(
          MessageFactory.suggestedActions(['Pay', 'Flowers'], `You have ${basket.join(' and ')}. What now?`),
        );
      } else if (text === 'pay') {
        const data = { action: 'pay', count: basket.length };
        const body = [{ type: 'TextBlock', text: 'Your bill', weight: 'Bolder' }];
        const actions = [{ type: 'Action.Submit', title: 'Pay now', data }];
        const card = { type: 'AdaptiveCard', version: '1.3', body, actions };
        await context.sendActivity(MessageFactory.attachment(CardFactory.adaptiveCard(card)));
      } else if (value?.action === 'pay') {
        await context.sendActivity(`Thank you for ${value.count} flower(s).`);
        await context.sendActivity({ type: 'endOfConversation', code: 'completedSuccessfully' });
      } else {
        await context.sendActivity(`You said: ${context.activity.text}`);
      }
      await state.saveChanges(context);
      await next();
    });
  }
}

/** The bot's own server, as the samples make one; between the marks stands all that is new. */
async function startFlowerShop(t: TestContext): Promise<string> {
  const storage = new MemoryStorage();
  const bot = new FlowerBot(new ConversationState(storage));
  const server = restify.createServer();
  server.use(restify.plugins.bodyParser());

  // >>> added
  const genesys = createBotConnector({
    secrets: [secret],
    logic: (context) => bot.run(context),
    storage,
  });
  genesys.adapter.use(new CardMiddleware({ registry: createCardRegistry() }));
  genesys.routes(server);
  // <<< added

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.server.closeAllConnections();
      }),
  );
  // A server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

for (const route of ['v1', 'v2'] as const) {
  test(`a bot that knows nothing of Genesys talks to its customers by ${route}`, async (t) => {
    const url = await startFlowerShop(t);
    const say = async (text: string, payload?: string) => {
      const { status, body } = await call(url, route, {
        text,
        ...(payload === undefined ? {} : { payload }),
      });
      assert.equal(status, 200);
      return { ...body, replies: body.replyMessages };
    };

    const welcome = await say('');
    assert.equal(welcome.replies[0].text, 'Welcome to the flower shop, Customer!');

    const { replies } = await say('flowers');
    assert.equal(replies[0].text, 'These are *fresh* today:');
    assert.deepEqual(replies[1].content, [
      {
        contentType: 'Carousel',
        carousel: {
          cards: ['Rose', 'Tulip'].map((name) => ({
            title: name,
            description: `A fresh ${name.toLowerCase()}`,
            image: `https://flowers.example.com/${name}.png`,
            actions: [
              { type: 'Postback', text: `Take a ${name.toLowerCase()}`, payload: `take ${name}` },
              { type: 'Link', text: 'Look closer', url: `https://flowers.example.com/${name}` },
            ],
          })),
        },
      },
    ]);

    const taken = await say('Take a rose', 'take Rose');
    assert.equal(taken.replies[0].text, 'You have rose. What now?');
    assert.deepEqual(
      taken.replies[0].content.map((one: { quickReply: { payload: string } }) => one.quickReply.payload),
      ['Pay', 'Flowers'],
    );

    const bill = await say('Pay', 'Pay');
    const [{ card }] = bill.replies[0].content;
    assert.equal(card.title, 'Your bill');
    assert.deepEqual(JSON.parse(card.actions[0].payload), { action: 'pay', count: 1 });

    const paid = await say('Pay now', card.actions[0].payload);
    assert.equal(paid.replies[0].text, 'Thank you for 1 flower(s).');
    assert.deepEqual([paid.botState, paid.intent], ['Complete', 'done']);
  });
}

test("the bot's own body parser does not let anybody past the credential", async (t) => {
  const url = await startFlowerShop(t);
  const response = await fetch(`${url}/api/genesys/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(requestBody('v1', { text: 'flowers' })),
  });
  assert.equal(response.status, 401);
});
