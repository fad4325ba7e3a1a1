import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Activity, TestAdapter } from 'botbuilder';
import { CardMiddleware } from '../../../bot/turns/cardMiddleware.ts';
import { cardAttachment } from '../../../cards/cardRequest.ts';
import { ownRegistry } from '../../fakes/templates.ts';

const asked = cardAttachment('help-v1', {});

/** What a channel that draws no Adaptive Cards gets for this activity with a card. */
async function sentTo(
  channelId: string,
  activity: Partial<Activity>,
): Promise<Partial<Activity> | undefined> {
  const adapter = new TestAdapter(async (context) => {
    await context.sendActivity({ type: 'message', ...activity, attachments: [asked] });
  });
  adapter.use(new CardMiddleware({ registry: ownRegistry() }));
  await adapter.receiveActivity({ type: 'message', text: 'hi', channelId });
  return adapter.activeQueue.shift();
}

const card = (await sentTo('sms', {}))?.text ?? '';
const own: [what: string, activity: Partial<Activity>, text: string][] = [
  ['nothing', {}, card],
  ['plain text', { text: 'a *b* <c>', textFormat: 'plain' }, `a *b* <c>\n\n${card}`],
  [
    'Markdown, which is the default',
    { text: '**a** [b](https://example.com/)' },
    `a b (https://example.com/)\n\n${card}`,
  ],
  ['XML', { text: 'a <b>b</b>', textFormat: 'xml' }, `a b\n\n${card}`],
];
for (const [what, activity, text] of own) {
  test(`a channel without Adaptive Cards gets plain text, beside ${what}`, async () => {
    const sent = await sentTo('sms', activity);
    assert.equal(sent?.textFormat, 'plain');
    assert.equal(sent.text, text);
    assert.ok(card.length > 0);
  });
}
