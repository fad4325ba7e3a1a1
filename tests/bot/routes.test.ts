import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { converse, type RunningBot, startBot } from '../fakes/startBot.ts';

let bot: RunningBot;
before(async () => {
  bot = await startBot();
});
after(() => bot.close());

interface Shown {
  direction: string;
  type: string;
  text: string;
  system?: boolean;
  content?: {
    contentType: string;
    card?: { title: string };
    carousel?: { cards: { actions: { payload?: string }[] }[] };
  }[];
}

async function read(path: string): Promise<{ exits?: unknown[]; complaints?: unknown[] }> {
  const response = await fetch(bot.sandboxUrl + path);
  const body: { exits?: unknown[]; complaints?: unknown[] } = JSON.parse(await response.text());
  return body;
}

const contents = (messages: Shown[]) => messages.flatMap((m) => m.content ?? []).map((c) => c.contentType);
const texts = (messages: Shown[]) => messages.map((m) => m.text).join('\n');

for (const route of ['v1', 'v2']) {
  test(`by ${route}, a customer sees the order card, chooses from a carousel, buys, is not understood, and gets a person`, async () => {
    const { say, conversationId } = await converse(bot.sandboxUrl, route);

    const order: Shown[] = await say('where is my order 12345?');
    assert.deepEqual(contents(order), ['Card']);
    assert.equal(order[0]?.content?.[0]?.card?.title, 'Order 12345');

    const offers: Shown[] = await say('show me your offers');
    assert.deepEqual(contents(offers), ['Carousel']);
    const payload = offers[0]?.content?.[0]?.carousel?.cards[2]?.actions[0]?.payload;

    const question: Shown[] = await say('Choose', payload);
    assert.deepEqual(contents(question), ['QuickReply', 'QuickReply']);
    const bought: Shown[] = await say('Yes', 'Yes');
    assert.deepEqual(contents(bought), ['Card']);

    assert.match(texts(await say('xyzzy plugh')), /did not understand/);
    const handedOff: Shown[] = await say('A person', 'handoff');
    assert.match(texts(handedOff), /getting a person/);
    const { exits } = await read(`/sandbox/conversations/${conversationId}`);
    assert.match(JSON.stringify(exits?.at(-1)), /"handoff"/);
  });
}

test('the sandbox, strict as the strictest client, has nothing to complain about', async () => {
  assert.deepEqual((await read('/sandbox/stats')).complaints, []);
});
