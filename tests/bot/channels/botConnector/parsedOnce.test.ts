import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { describe, it } from 'node:test';
import { replyMessages } from '../../../../bot/channels/botConnector/turn/replyMessages.ts';
import { checkCard } from '../../../../cards/checks/checkedCard.ts';
import { formatAll } from '../../../../cards/formats/allFormats.ts';
import { card } from '../../../fakes/card.ts';

/** The texts that the Markdown parser read. */
const parsed: string[] = [];

/** Puts a parser that notes what it reads in the place of the package, which is loaded when the first Markdown is read. */
const parser = /\/mdast-util-from-markdown\/index\.js$/;
Object.assign(globalThis, { noteParsed: (text: string) => parsed.push(text) });
registerHooks({
  load: (url, context, next) =>
    parser.test(url)
      ? {
          format: 'module',
          shortCircuit: true,
          source: `import { fromMarkdown as parse } from './lib/index.js';
            export const fromMarkdown = (text, ...rest) => { noteParsed(text); return parse(text, ...rest); };`,
        }
      : next(url, context),
});

const say = (content: object) => replyMessages({ type: 'message', ...content }, {});

const rows: [name: string, show: () => unknown, read: string[]][] = [
  ['a bold line that a bot says', () => say({ text: '**Paid** today' }), ['**Paid** today']],
  [
    'a list with a link that a bot says',
    () => say({ text: '- *one*\n- [two](https://example.com/)' }),
    ['- *one*\n- [two](https://example.com/)'],
  ],
  [
    "the text of a bot's own card",
    () => {
      const content = { title: 'Order', text: '**Sent** to you', buttons: [] };
      const attachment = { contentType: 'application/vnd.microsoft.card.hero', content };
      return say({ attachments: [attachment] });
    },
    ['**Sent** to you'],
  ],
  [
    'a body of a card in every format',
    () => {
      const checked = checkCard(card([{ type: 'body', text: 'A **new** one', markdown: true }]));
      return [formatAll(checked), formatAll(checked)];
    },
    ['A **new** one'],
  ],
  ['a text that is not written as we write it', () => say({ text: '__Ready__ now' }), ['__Ready__ now']],
  // It is read again as it is written, for the two readings must agree.
  [
    'a text with marks in marks that is not written as we write it',
    () => say({ text: '__*Ready* now__' }),
    ['__*Ready* now__', '**_Ready_ now**'],
  ],
  ['plain text', () => say({ text: 'Nothing to mark, 3 < 4 & 5' }), []],
  [
    'plain text with signs, on the way to the Messenger',
    () => say({ text: 'snake_case *and* more', textFormat: 'plain' }),
    [],
  ],
];

describe('the Markdown parser reads once', () => {
  for (const [name, show, read] of rows) {
    it(name, () => {
      parsed.length = 0;
      show();
      assert.deepEqual(parsed, read);
    });
  }
});
