import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toActivity } from '../../../../bot/channels/botConnector/turn/toActivity.ts';
import { readBots } from '../../../../bot/channels/botConnector/wire/botList.ts';
import { readUtterance } from '../../../../bot/channels/botConnector/wire/utterance.ts';
import type { Click } from '../../../../cards/readers/botFramework/click.ts';

const bots = readBots();
const click = (text: string, payload: string) => ({
  contentType: 'ButtonResponse',
  buttonResponse: { text, payload },
});
const answer = (id: string, text: string, payload: string) => ({ id, component: click(text, payload) });
const form = (...response: unknown[]) => [{ contentType: 'Form', form: { response } }];

describe('what a customer filled in', () => {
  const rows: [what: string, content: unknown[], text: string, value: unknown][] = [
    [
      'a form',
      form(answer('name', 'Ann', 'Ann'), answer('size', 'Large', 'l')),
      'Ann, Large',
      { name: 'Ann', size: 'l' },
    ],
    [
      'a form with several choices of a field',
      form(answer('city', 'Bern', 'Bern, CH'), answer('city', 'Paris', 'Paris')),
      'Bern, Paris',
      { city: ['Bern, CH', 'Paris'] },
    ],
    ['a form without answers', form(), '', undefined],
    ['a field without an answer', form({ id: 'a', component: null }, answer('b', 'B', 'b')), 'B', { b: 'b' }],
    [
      'several choices of a list',
      [click('Bern', 'Bern, CH'), click('Paris', 'Paris')],
      'Bern, Paris',
      ['Bern, CH', 'Paris'],
    ],
    ['one choice', [click('Paris', 'paris')], 'Paris', undefined],
  ];
  for (const [what, content, text, value] of rows) {
    it(`reaches the bot: ${what}`, () => {
      const body = { botId: bots[0]?.id, botSessionId: 's', inputMessage: { type: 'Structured', content } };
      const utterance = readUtterance('v2', body, bots);
      const now = new Date(0);
      const { click: chosen } = utterance;
      // What a click that no card of ours holds means.
      const clicked: Click | undefined =
        chosen === undefined ? undefined : { type: 'imBack', text: chosen.label };
      const known = { id: 'm', now, isNew: false, channelId: 'webchat', clicked };
      const activity = toActivity(utterance, known);
      assert.equal(activity.text, text);
      assert.deepEqual(activity.value, value);
    });
  }
});
