import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Activity, CardFactory, TestAdapter } from 'botbuilder';
import { replyMessages } from '../../../bot/channels/botConnector/turn/replyMessages.ts';
import { CardMiddleware } from '../../../bot/turns/cardMiddleware.ts';
import { attachCheckedCard, setGuestConversation } from '../../../bot/turns/turnState.ts';
import { cardAttachment } from '../../../cards/cardRequest.ts';
import { checkCard } from '../../../cards/checks/checkedCard.ts';
import type { Outbox } from '../../../cards/delivery/outbox.ts';
import { formatAdaptiveCards } from '../../../cards/formats/adaptiveCard.ts';
import { anyPublicHost } from '../../../cards/richText/urlPolicy.ts';
import { card } from '../../fakes/card.ts';
import { ownRegistry } from '../../fakes/templates.ts';

const help = cardAttachment('help-v1', {});
const [a, b] = ['A', 'B'].map((title) => CardFactory.heroCard(title));
const chips = { suggestedActions: { to: [], actions: [{ type: 'imBack', title: 'Yes', value: 'yes' }] } };

/** What a channel and the guest route get of an activity: texts, names of attachments, `card`, `(chips)`. */
async function shownIn(channelId: string, activity: object, isGuest = false): Promise<string[]> {
  const shown: string[] = [];
  const adapter = new TestAdapter(async (context) => {
    if (isGuest) setGuestConversation(context, 'c1');
    await context.sendActivity({ type: 'message', ...activity });
  });
  const outbox: Outbox = {
    start: async () => {},
    submit: async () => void shown.push('card'),
    note: async () => {},
    outcomeOf: async (messageId) => ({ messageId, outcome: 'pending', attempts: 0 }),
    find: async () => undefined,
    stop: async () => {},
  };
  adapter.use(new CardMiddleware({ registry: ownRegistry(), ...(isGuest ? { outbox } : {}) }));
  adapter.use({
    async onTurn(context, next) {
      context.onSendActivities(async (_, activities, send) => {
        shown.push(...activities.map(describeActivity));
        return send();
      });
      await next();
    },
  });
  await adapter.receiveActivity({ type: 'message', text: 'hi', channelId });
  return shown;
}

function describeActivity({
  text,
  attachments = [],
  attachmentLayout,
  suggestedActions,
}: Partial<Activity>): string {
  const names = attachments.map(({ content, contentType }) =>
    contentType.endsWith('adaptive') ? 'adaptive' : (content as { title: string }).title,
  );
  return [text, ...names, attachmentLayout, suggestedActions === undefined ? undefined : '(chips)']
    .filter((one) => one !== undefined && one !== '')
    .join(' ');
}

const offers = cardAttachment('product-offers-v2', {
  products: ['A', 'B'].map((name) => ({ sku: name, name, price: 1, currency: 'EUR' })),
});

describe('an activity with card requests among other attachments', () => {
  const rows: [what: string, activity: object, guest: string[], webChat: string[]][] = [
    ['between two cards', { text: 'x', attachments: [a, help, b] }, ['x A', 'card', 'B'], ['x A adaptive B']],
    ['before a card', { text: 'x', attachments: [help, b] }, ['x', 'card', 'B'], ['x adaptive B']],
    ['behind a card', { attachments: [a, help] }, ['A', 'card'], ['A adaptive']],
    [
      'with suggested actions',
      { text: 'x', attachments: [help], ...chips },
      ['x', 'card', '(chips)'],
      ['x adaptive (chips)'],
    ],
    [
      'with suggested actions, between',
      { attachments: [help, b], ...chips },
      ['card', 'B (chips)'],
      ['adaptive B (chips)'],
    ],
    ['alone', { attachments: [help] }, ['card'], ['adaptive']],
    ['a carousel', { text: 'x', attachments: [offers] }, ['x', 'card'], ['x adaptive adaptive carousel']],
    [
      'a carousel between cards',
      { attachments: [a, offers, b], ...chips },
      ['A', 'card', 'B (chips)'],
      ['A', 'adaptive adaptive carousel', 'B (chips)'],
    ],
  ];
  for (const [what, activity, guest, webChat] of rows) {
    it(`is in its order on the guest route: ${what}`, async () => {
      assert.deepEqual(await shownIn('directline', activity, true), guest);
    });
    it(`is in its order in Web Chat: ${what}`, async () => {
      assert.deepEqual(await shownIn('webchat', activity), webChat);
    });
  }

  it('is in its order on the connectors', () => {
    const checked = attachCheckedCard(checkCard(card([{ type: 'header', text: 'C' }])));
    const attachments = [a, checked, b, { contentType: 'y' }];
    const activity = { type: 'message', text: 'x', attachments, ...chips };
    const { messages, changes } = replyMessages(activity, anyPublicHost);
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['x', 'A', 'C', 'B', 'Yes'],
    );
    assert.deepEqual(
      changes.map(({ path }) => path),
      ['$.attachments[3]'],
    );
  });
});

it('what stands around a carousel is an Adaptive Card of its own', () => {
  const header = (text: string) => ({ type: 'header', text });
  const carousel = { type: 'carousel', cards: ['A', 'B'].map((text) => ({ components: [header(text)] })) };
  const shown = formatAdaptiveCards(
    checkCard(card([header('Before'), { type: 'divider' }, carousel, header('Behind')])),
  );
  assert.deepEqual(
    shown.map(({ layout, cards }) => [layout, ...cards.map(({ speak }) => speak)]),
    [
      ['list', 'Before'],
      ['carousel', 'A', 'B'],
      ['list', 'Behind'],
    ],
  );
});
