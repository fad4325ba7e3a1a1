import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Component } from '../../../cards/card.ts';
import { checkCard } from '../../../cards/checks/checkedCard.ts';
import { formatAll } from '../../../cards/formats/allFormats.ts';
import { formatGenesysMessage } from '../../../cards/formats/genesysMessage.ts';
import { card } from '../../fakes/card.ts';

const url = 'https://cdn.example.com/fitting.webm?x=1';
const poster = 'https://cdn.example.com/fitting.png';
const video = { type: 'video', label: 'How it fits', url, poster } as const;
const check = (components: Component[], policy = {}) => checkCard(card(components), { policy });

describe('a video', () => {
  it('is played by Adaptive Cards, and its address opens where it is not', () => {
    const { adaptive } = formatAll(check([video]));
    assert.deepEqual(adaptive.body, [
      { type: 'Media', poster, altText: 'How it fits', sources: [{ url, mimeType: 'video/webm' }] },
      { type: 'ActionSet', actions: [{ type: 'Action.OpenUrl', title: 'How it fits', url }] },
    ]);
  });

  it('is its picture with a link on Genesys routes, and nothing is lost beside a title', () => {
    const actions = [{ type: 'Link', text: 'How it fits', url }];
    for (const [components, words] of [
      [[video], { title: 'How it fits', description: '' }],
      [[{ type: 'header', text: 'Shoes' } as const, video], { title: 'Shoes', description: 'How it fits' }],
    ] as const) {
      const { messages, changes } = formatGenesysMessage(check([...components]));
      const [message] = messages;
      assert.ok(message?.type === 'Structured');
      assert.deepEqual(message.content, [
        { contentType: 'Card', card: { ...words, image: poster, actions } },
      ]);
      assert.deepEqual(changes, []);
    }
  });

  it('is its address in plain text', () => {
    assert.equal(check([video]).text, `How it fits: ${url}`);
  });

  const refused: [name: string, change: object, code: string, path: string, policy?: object][] = [
    ['with a phone number', { url: 'tel:+49301234' }, 'card.unsafeUrl', '.url'],
    ['with a picture as data', { poster: 'data:image/png,x' }, 'card.unsafeUrl', '.poster'],
    ['on a host that links may not lead to', {}, 'card.unsafeUrl', '.url', { linkHosts: ['example.org'] }],
    ['that names another host', { label: 'Watch on other.example.net' }, 'card.unsafeUrl', '.label'],
    ['without a label', { label: ' ' }, 'card.unsafeText', '.label'],
    ['without a picture', { poster: undefined }, 'card.schema', '.poster'],
  ];
  for (const [name, change, code, step, policy] of refused) {
    it(`${name} is refused`, () => {
      assert.throws(() => check([{ ...video, ...change }], policy), {
        code,
        path: `card:$.components[0]${step}`,
      });
    });
  }
});
