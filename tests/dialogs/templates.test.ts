import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownRegistry } from '../fakes/templates.ts';
import { cardsFor } from './conversation.ts';

const said = [
  '12345',
  '54321',
  '777',
  '4040',
  'support',
  'help',
  'menu:offers',
  'product.choose:LP-10',
  'yes',
];

for (const locale of ['en', 'de']) {
  test(`every card that the dialogs ask for can be made from the templates: ${locale}`, async () => {
    const registry = ownRegistry();
    const cards = await cardsFor([...said, 'order.cancel:54321', 'ja'], { locale });
    assert.equal(new Set(cards.map((card) => card.templateId)).size, 5);
    for (const card of cards) assert.equal(registry.compose(card).length, 1, card.templateId);
  });
}
