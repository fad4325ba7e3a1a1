import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestAdapter } from 'botbuilder';
import { sendWelcome } from '../../dialogs/main/dialog.ts';
import { brief } from './conversation.ts';

for (const [locale, hello] of [
  ['en-GB', 'Hello! I am the assistant of this shop.'],
  ['de-CH', 'Guten Tag! Ich bin der Assistent dieses Shops.'],
] as const) {
  test(`who joins with ${locale} is greeted in that language and sees what there is`, async () => {
    const bot = new TestAdapter(sendWelcome);
    await bot.send({ type: 'conversationUpdate', locale }).startTest();
    assert.deepEqual(bot.activeQueue.map(brief), [hello, '[help-v1]']);
  });
}
