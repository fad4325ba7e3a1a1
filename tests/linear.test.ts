import assert from 'node:assert/strict';
import { Session } from 'node:inspector';
import { describe, it } from 'node:test';
import type { Change } from '../cards/checks/checkedCard.ts';
import { parseJson } from '../cards/checks/plainJson.ts';
import { CodedError } from '../cards/errors.ts';
import { readBotFramework } from '../cards/readers/botFramework/fromBotFramework.ts';
import { writeAdaptive } from '../cards/richText/adaptiveDialect.ts';
import { blocksOf } from '../cards/richText/blocks.ts';
import { escapeMarkdown } from '../cards/richText/escapeMarkdown.ts';
import { shorten, shortenMarkdown } from '../cards/richText/fitText.ts';
import { convertHtmlToText, readHtml } from '../cards/richText/html.ts';
import { cleanMarkdown, cleanParsed } from '../cards/richText/markdown.ts';
import { writeMessenger } from '../cards/richText/messengerDialect.ts';
import { writePlain } from '../cards/richText/plainDialect.ts';
import { anyPublicHost, checkUrl, linkTarget } from '../cards/richText/urlPolicy.ts';
import { readYesOrNo } from '../dialogs/prompts.ts';
import { EmbeddedRecognizer } from '../dialogs/recognizer/embeddedRecognizer.ts';

/*
 * What a bot or a customer sends may not cost more than its length: a text of 200 kB that costs the square of its length
 * stops the process for minutes. V8 counts how often each block of code runs, so that nothing here depends on how fast the machine
 * is. The regular expressions, which are no code to V8, are read by `regularExpressions.test.ts`.
 */

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** How many blocks of code run in a call, or ran since the last one was counted. */
function blocksIn(call: () => unknown): number {
  call();
  let blocks = 0;
  session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
    const ranges = result.flatMap(({ functions }) => functions.flatMap((one) => one.ranges));
    blocks = ranges.reduce((sum, { count }) => sum + count, 0);
  });
  return blocks;
}

const units = [
  ...['a', ' ', '\n', '*', '_', '`', '[', ']', '<', '&', '\\', '1', '#', '@', '.'],
  ...['`a``', '![a](', '[a](b)', '<!--', '<b><i>', '- a\n', '>> \n', '```\n', '-\n', '| a ', '[a]: b\n'],
  ...['https://a.b/ ', 'a@b.', 'e\u0301', '\u{1F469}\u200d', '1 2,', 'AA!'],
];
const length = 1_000;
const recognizer = new EmbeddedRecognizer();

/** What reads texts of bots and customers, and how many steps it takes at most for a character; a refused text costs no more. */
const readers: Readonly<Record<string, [steps: number, read: (text: string) => unknown]>> = {
  'Markdown and its dialects': [
    1_500,
    (text) => {
      const markdown = cleanMarkdown(text, anyPublicHost).text;
      return [writeMessenger, writeAdaptive, writePlain].map((write) => write(blocksOf(markdown)));
    },
  ],
  'a shortened text': [1_000, (text) => [shorten(text, 300), shortenMarkdown(text, 300)]],
  'an escaped text': [50, escapeMarkdown],
  HTML: [
    300,
    (text) => {
      const read = readHtml(text);
      return [typeof read === 'string' ? read : cleanParsed(read, anyPublicHost), convertHtmlToText(text)];
    },
  ],
  'a link with a text': [20, (text) => linkTarget('https://example.com/', text, anyPublicHost)],
  'an address': [20, (text) => checkUrl(`https://example.com/${text}`, 'link')],
  JSON: [20, (text) => parseJson(JSON.stringify(text))],
  'a message of a bot': [1_500, (text) => readBotFramework({ type: 'message', text })],
  'a sentence of a customer': [30, (text) => [recognizer.recognize(text), readYesOrNo(text)]],
};

const adaptive = (content: object) => ({ contentType: 'application/vnd.microsoft.card.adaptive', content });
const hero = (content: object) => ({ contentType: 'application/vnd.microsoft.card.hero', content });

/** The places of a message that are read as Markdown or HTML. */
const doors: Readonly<Record<string, (text: string) => object>> = {
  text: (text) => ({ text }),
  xml: (text) => ({ text, textFormat: 'xml' }),
  'an HTML file': (text) => ({ attachments: [{ contentType: 'text/html', content: text }] }),
  'the text of a hero card': (text) => ({ attachments: [hero({ text })] }),
  'the title of a hero card': (title) => ({ attachments: [hero({ title })] }),
  'the label of a button': (title) => ({
    attachments: [hero({ buttons: [{ type: 'imBack', title, value: 'x' }] })],
  }),
  'a TextBlock': (text) => ({
    attachments: [adaptive({ type: 'AdaptiveCard', body: [{ type: 'TextBlock', text }] })],
  }),
  'many TextBlocks': (text) => {
    const body = text.match(/.{1,999}/gs)?.map((part) => ({ type: 'TextBlock', text: part }));
    return { attachments: [adaptive({ type: 'AdaptiveCard', body })] };
  },
  'a fact': (value) => ({
    attachments: [
      adaptive({ type: 'AdaptiveCard', body: [{ type: 'FactSet', facts: [{ title: 'x', value }] }] }),
    ],
  }),
};
/** Characters of a text with more marks than an author writes. */
const many = 20_000;
const dense = [
  '*',
  '[',
  '<',
  '| a ',
  'a\n\n',
  'a\n---\n',
  'a\n=\n',
  '*a* **b** ',
  '[a](https://a.b/) ',
  '<b>a</b> ',
  '<p>a</p>',
  '- a\n',
  '> a\n',
  '`a` ',
  '&amp; ',
  '_a_ ~~b~~ ',
  '![a](https://a.b/c.png)',
  '<a href="https://a.b">c</a> ',
];

function readOrRefuse(read: (text: string) => unknown, text: string): void {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof CodedError, String(error));
  }
}

describe('no text costs more than its length', () => {
  for (const [name, [stepsPerCharacter, read]] of Object.entries(readers)) {
    it(`a text takes so many steps a character and no more, however hostile it is: ${name}`, () => {
      blocksIn(() => readOrRefuse(read, 'a'));
      const slow = units.flatMap((unit) => {
        // The name keeps a text from what an earlier test left in a cache.
        const text = `${name}${unit.repeat(length / unit.length)}b`;
        const steps = blocksIn(() => readOrRefuse(read, text)) / length;
        return steps > stepsPerCharacter ? [`${JSON.stringify(unit)}: ${Math.round(steps)}`] : [];
      });
      assert.deepEqual(slow, []);
    });
  }

  for (const [door, messageWith] of Object.entries(doors)) {
    it(`a message with more marks than an author writes is plain text, which costs little and is noted: ${door}`, () => {
      blocksIn(() => readBotFramework({ type: 'message', ...messageWith('a') }));
      const texts = dense.map((unit) => unit.repeat(many / unit.length));
      let changes: (readonly Change[])[] = [];
      // All at once: to ask V8 for its counts costs more than to read a message. One that costs the square of its length still shows.
      const steps = blocksIn(() => {
        changes = texts.map((text) => readBotFramework({ type: 'message', ...messageWith(text) }).changes);
      });
      const silent = dense.filter((_, i) => !changes[i]?.some(({ what }) => what.includes('plain text')));
      assert.deepEqual(silent, []);
      const stepsPerCharacter = steps / many / dense.length;
      assert.ok(stepsPerCharacter < 3, `${stepsPerCharacter}`);
    });
  }
});
