import assert from 'node:assert/strict';
import type { GenesysAction } from '../../../cards/components/componentModule.ts';
import type { GenesysCard, GenesysMessage } from '../../../cards/formats/genesysMessage.ts';

/** Holds messages to what the strictest Genesys client asks for. */
export function assertStrict(messages: readonly GenesysMessage[], maxText = 4_000): void {
  for (const message of messages) {
    assert.notEqual(message.text.trim(), '');
    assert.ok(message.text.length <= maxText);
    if (message.type === 'Text') continue;
    assert.ok(message.content.length > 0);
    const clicks: string[] = [];
    const quickReplies = message.content.filter((item) => item.contentType === 'QuickReply');
    assert.ok(quickReplies.length === 0 || quickReplies.length === message.content.length);
    for (const item of message.content) {
      if (item.contentType === 'QuickReply') {
        assert.notEqual(item.quickReply.text.trim(), '');
        assert.equal(item.quickReply.action, 'Message');
        clicks.push(`${item.quickReply.payload}\n${item.quickReply.text}`);
      } else if (item.contentType === 'Card') clicks.push(...clicksOf(item.card));
      else {
        assert.ok(item.carousel.cards.length > 1 && item.carousel.cards.length <= 10);
        clicks.push(...item.carousel.cards.flatMap(clicksOf));
      }
    }
    assert.deepEqual(clicks, [...new Set(clicks)], 'two clicks cannot be told apart');
  }
}

function clicksOf(card: GenesysCard): string[] {
  assert.notEqual(card.title.trim(), '');
  assert.ok(card.title.length <= 80);
  assert.equal(typeof card.description, 'string');
  assert.ok(card.description.length <= 4_000);
  assert.match(card.image ?? 'https://', /^https:\/\//);
  assert.ok(card.actions.length <= 5);
  for (const action of card.actions) assertAction(action);
  return card.actions.flatMap((action) =>
    action.type === 'Postback' ? [`${action.payload}\n${action.text}`] : [],
  );
}

function assertAction(action: GenesysAction): void {
  assert.notEqual(action.text.trim(), '');
  if (action.type === 'Link') assert.match(action.url, /^https:\/\//);
  else assert.notEqual(action.payload, '');
}
