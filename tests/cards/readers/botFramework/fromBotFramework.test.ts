import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Card, Component } from '../../../../cards/card.ts';
import { checkCard } from '../../../../cards/checks/checkedCard.ts';
import { CodedError } from '../../../../cards/errors.ts';
import { readBotFramework } from '../../../../cards/readers/botFramework/fromBotFramework.ts';
import { blocksOf } from '../../../../cards/richText/blocks.ts';
import { splitText } from '../../../../cards/richText/fitText.ts';
import { writePlain } from '../../../../cards/richText/plainDialect.ts';
import { hostileLength } from '../../../fakes/fastCheck.ts';
import { renderMarkdown } from '../../corpora/renderMarkdown.ts';
import { tables } from './fromBotFrameworkRows.ts';

const png = 'https://shop.example.com/a.png';
const shop = 'https://shop.example.com/';

const attachment = (name: string, content: unknown) => ({
  contentType: `application/vnd.microsoft.card.${name}`,
  content,
});
const card = (name: string, content: unknown) => ({ attachments: [attachment(name, content)] });
const adaptive = (body: unknown[], actions: unknown[] = []) =>
  card('adaptive', { type: 'AdaptiveCard', body, actions });
const postBack = (title: string, value: unknown = title) => ({ type: 'postBack', title, value });
const labels = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `Button ${from + i}`);

interface Converted {
  cards: Card[];
  texts: string[];
  changes: string[];
}

function convert(activity: Record<string, unknown>): Converted {
  const { parts, changes } = readBotFramework({ type: 'message', ...activity });
  const cards = parts.flatMap((part) => (part.kind === 'card' ? [part.card] : []));
  for (const one of cards) checkCard(one);
  return {
    cards,
    texts: parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])),
    changes: changes.map(({ path, what }) => `${path}: ${what}`),
  };
}

const componentsOf = (converted: Converted): Component[] => converted.cards.flatMap((one) => one.components);
const groupsOf = (components: readonly Component[]): string[][] =>
  components.flatMap((one) => (one.type === 'buttonGroup' ? [one.buttons.map(({ label }) => label)] : []));
const repliesOf = (components: readonly Component[]): [string, string][][] =>
  components.flatMap((one) =>
    one.type === 'quickReplies'
      ? [one.replies.map(({ label, payload }): [string, string] => [label, payload])]
      : [],
  );

describe('what is over a limit', () => {
  it('shows the sixth button in a further group', () => {
    const converted = convert(card('hero', { buttons: labels(1, 7).map((label) => postBack(label)) }));
    assert.deepEqual(groupsOf(componentsOf(converted)), [labels(1, 5), labels(6, 7)]);
    assert.deepEqual(converted.changes, ['$.attachments[0].content.buttons: split into groups of 5 buttons']);
  });

  it('leaves a button out whose data is too long to come back', () => {
    const converted = convert(
      card('hero', { text: 'x', buttons: [postBack('Yes', { a: 'x'.repeat(1_000) })] }),
    );
    assert.deepEqual(groupsOf(componentsOf(converted)), []);
    assert.deepEqual(converted.changes, [
      '$.attachments[0].content.buttons[0]: left out: its data is over 1000 characters',
    ]);
  });

  it('leaves an answer out that sends nothing to be seen', () => {
    for (const value of [' ', '\u200b']) {
      const converted = convert({
        text: 'x',
        suggestedActions: { actions: [{ type: 'imBack', title: 'A', value }] },
      });
      assert.deepEqual(repliesOf(componentsOf(converted)), []);
      assert.deepEqual(converted.changes, ['$.suggestedActions.actions[0]: left out: it sends nothing']);
    }
  });

  it('shortens a label', () => {
    const converted = convert(card('hero', { buttons: [postBack('long '.repeat(30), 'v')] }));
    assert.equal(groupsOf(componentsOf(converted))[0]?.[0]?.length, 80);
    assert.deepEqual(converted.changes, ['$.attachments[0].content.buttons[0]: shortened to 80 characters']);
  });

  it('shows a long title as a bold text', () => {
    const converted = convert(card('hero', { title: 'long '.repeat(30) }));
    assert.deepEqual(componentsOf(converted), [
      { type: 'body', text: `**${'long '.repeat(30).trim()}**`, markdown: true },
    ]);
    assert.match(converted.changes[0] ?? '', /^\$\.attachments\[0\]\.content\.title: shown as a text/);
  });

  it('splits a long text between its words, and loses none', () => {
    const words = Array.from({ length: 1_500 }, (_, i) => `w${i}`);
    const converted = convert(card('hero', { text: words.join(' ') }));
    const texts = componentsOf(converted).flatMap((one) => (one.type === 'body' ? [one.text] : []));
    assert.ok(texts.length > 1 && texts.every((text) => text.length <= 2_000));
    assert.deepEqual(texts.join(' ').split(' '), words);
    assert.deepEqual(converted.changes, [
      '$.attachments[0].content.text: split: a text has at most 2000 characters',
    ]);
  });

  it('splits a text whose escapes make it too long', () => {
    const converted = convert(card('hero', { text: '*x '.repeat(600) }));
    const texts = componentsOf(converted).flatMap((one) => (one.type === 'body' ? [one.text] : []));
    assert.ok(texts.length > 1 && texts.every((text) => text.length <= 2_000));
    assert.equal(texts.join('').match(/\*x/g)?.length, 600);
  });

  const code = labels(1, 150)
    .map((label) => `  **${label}** [x](https://evil.example/)\n`)
    .join('');
  const longCodes: [what: string, markdown: string, rest: string][] = [
    ['between texts', `Do *this*\n\n\`\`\`sh\n${code}\`\`\`\n\n*Done.*`, 'Do this Done.'],
    ['between tildes', `~~~~\n${code}~~~~`, ''],
    ['that is never closed', `\`\`\`\n${code}`, ''],
    ['with other fences in it', `~~~\n\`\`\`\n${code}\`\`\`\n~~~\nEnd`, 'End'],
    ['of one line', `\`\`\`\n${code.replaceAll('\n', '')}\n\`\`\`\nEnd`, 'End'],
    ['in a list', `1. Do\n\n   \`\`\`\n${code.replace(/^(?=.)/gm, '   ')}   \`\`\`\n2. Done`, 'Do Done'],
    ['behind other code', `\`\`\`\na\n\`\`\`\n\n\`\`\`\n${code}\`\`\``, ''],
  ];
  for (const [what, markdown, rest] of longCodes) {
    it(`splits code ${what} into pieces that are code, and loses none`, () => {
      const bodies = componentsOf(convert(card('hero', { text: markdown })));
      const html = bodies.map((one) => (one.type === 'body' ? renderMarkdown(one.text) : '')).join(' ');
      const pieces = [...html.matchAll(/<pre><code>([^<]*)<\/code><\/pre>/g)].map(([, lines = '']) => lines);
      assert.ok(pieces.length > 3);
      const withoutBlanks = (text: string): string => text.replace(/\s/g, '');
      assert.ok(withoutBlanks(pieces.join('')).includes(withoutBlanks(code)));
      const outside = html
        .replace(/<pre>.*?<\/pre>|<[^>]*>/gs, ' ')
        .replace(/\s+/g, ' ')
        .trim();
      assert.equal(outside, rest);
    });
  }

  const joined: [texts: string[], text: string][] = [
    [['1. a\n2. b', '1. c', '1. d'], '1. a\n2. b\n\n1) c\n\n1. d'],
    [['- a\n- b', 'text', '- c', '- d'], '- a\n- b\n\ntext\n\n- c\n\n* d'],
    [['- a', '1. b', '- c'], '- a\n\n1. b\n\n- c'],
  ];
  for (const [texts, text] of joined) {
    it(`joins texts that follow each other, and no lists: ${JSON.stringify(texts)}`, () => {
      const components = componentsOf(
        convert(adaptive(texts.map((one) => ({ type: 'TextBlock', text: one })))),
      );
      assert.deepEqual(components, [{ type: 'body', text, markdown: true }]);
      const lists = (markdown: string): number => renderMarkdown(markdown).match(/<[ou]l/g)?.length ?? 0;
      assert.equal(lists(text), lists(texts.join('\n\ntext\n\n')));
    });
  }

  it('splits a long message, in every format', () => {
    for (const textFormat of ['markdown', 'plain', 'xml']) {
      const { texts } = convert({ text: 'word '.repeat(4_000), textFormat });
      assert.ok(texts.length > 1 && texts.every((text) => text.length <= 4_000), textFormat);
      assert.equal(texts.join(' ').match(/word/g)?.length, 4_000);
    }
  });

  it('shows more facts in further lists, and more components in further cards', () => {
    const facts = labels(1, 25).map((title) => ({ title, value: 'x' }));
    const images = Array.from({ length: 22 }, () => ({ type: 'Image', url: png }));
    const converted = convert(
      adaptive([
        { type: 'FactSet', facts },
        { type: 'ImageSet', images },
      ]),
    );
    assert.deepEqual(
      converted.cards.map(({ components }) => components.length),
      [4, 2],
    );
    const lists = componentsOf(converted).flatMap((one) => (one.type === 'facts' ? [one.items.length] : []));
    assert.deepEqual(lists, [10, 10, 5]);
    assert.ok(converted.changes.includes('$.attachments[0]: split into 2 cards'));
  });

  it('shows many cards side by side in carousels of about the same length', () => {
    const attachments = labels(1, 10).map((title) =>
      attachment('hero', { title, text: 'x', images: [{ url: png }], buttons: [postBack('Buy', title)] }),
    );
    const converted = convert({ attachmentLayout: 'carousel', attachments });
    const carousels = componentsOf(converted).map((one) => (one.type === 'carousel' ? one.cards : []));
    assert.deepEqual(
      carousels.map((cards) => cards.length),
      [4, 4, 2],
    );
    const titles = carousels
      .flat()
      .flatMap((one) => one.components.flatMap((c) => (c.type === 'header' ? [c.text] : [])));
    assert.deepEqual(titles, labels(1, 10));
    assert.deepEqual(converted.changes, ['$.attachments: split into 3 carousels']);
  });

  it('shows cards one below the other when one is too large for a carousel', () => {
    const images = Array.from({ length: 20 }, () => ({ url: png }));
    const attachments = [attachment('hero', { images }), attachment('hero', { title: 'B' })];
    const converted = convert({ attachmentLayout: 'carousel', attachments });
    assert.deepEqual(
      converted.cards.map(({ templateMatrix }) => templateMatrix.templateId),
      ['bot-framework-hero', 'bot-framework-hero', 'bot-framework-hero'],
    );
    assert.match(converted.changes[0] ?? '', /shown one below the other/);
  });

  it('shows a single card as a card, whatever the layout', () => {
    const converted = convert({ attachmentLayout: 'carousel', ...card('hero', { text: 'A' }) });
    assert.deepEqual(componentsOf(converted), [{ type: 'body', text: 'A', markdown: true }]);
  });

  it('puts suggested actions into a further card when a carousel is full', () => {
    const hero = (count: number) =>
      attachment('hero', { title: 'A', images: Array.from({ length: count }, () => ({ url: png })) });
    const converted = convert({
      attachmentLayout: 'carousel',
      attachments: [hero(9), hero(8)],
      suggestedActions: { actions: [postBack('Yes')] },
    });
    assert.deepEqual(
      converted.cards.map(({ components }) => components.map(({ type }) => type)),
      [['carousel'], ['quickReplies']],
    );
  });

  it('shows a text that is as long as no title as a text, however it looks', () => {
    const text = 'word '.repeat(3_000);
    const converted = convert(adaptive([{ type: 'TextBlock', text, size: 'large' }]));
    assert.equal(JSON.stringify(componentsOf(converted)).match(/word/g)?.length, 3_000);
  });

  it('cuts where it must when there is no good place for it', () => {
    assert.deepEqual(splitText(`a ${'x'.repeat(15)}`, 10), ['a xxxxxxx', 'xxxxxxxx']);
    assert.deepEqual(splitText('👩‍👩‍👧'.repeat(3), 17), ['👩‍👩‍👧👩‍👩‍👧', '👩‍👩‍👧']);
    assert.deepEqual(splitText('one two\n\nthree four', 14), ['one two', 'three four']);
  });

  it('shows more suggested actions in a further row', () => {
    const converted = convert({
      suggestedActions: { actions: labels(1, 15).map((label) => postBack(label)) },
    });
    assert.deepEqual(
      repliesOf(componentsOf(converted)).map((row) => row.length),
      [13, 2],
    );
    assert.deepEqual(converted.changes, ['$.suggestedActions.actions: split into groups of 13']);
  });
});

describe('buttons that are equal', () => {
  it('shows one that is listed twice once', () => {
    const converted = convert(card('hero', { buttons: [postBack('Yes'), postBack('Yes')] }));
    assert.deepEqual(groupsOf(componentsOf(converted)), [['Yes']]);
    assert.equal(converted.changes.length, 1);
  });

  it('numbers them across a carousel', () => {
    const attachments = [1, 2, 3].map(() => attachment('hero', { title: 'A', buttons: [postBack('Buy')] }));
    const converted = convert({ attachmentLayout: 'carousel', attachments });
    const carousel = componentsOf(converted)[0];
    assert.ok(carousel?.type === 'carousel');
    assert.deepEqual(
      carousel.cards.flatMap(({ components }) => groupsOf(components)),
      [['Buy'], ['Buy (2)'], ['Buy (3)']],
    );
    assert.equal(converted.changes.length, 1);
  });

  it('leaves out a suggested action that the card has as a button', () => {
    const converted = convert({
      ...card('hero', { buttons: [postBack('Yes')] }),
      suggestedActions: { actions: [postBack('Yes'), postBack('No')] },
    });
    assert.deepEqual(groupsOf(componentsOf(converted)), [['Yes']]);
    assert.deepEqual(repliesOf(componentsOf(converted)), [[['No', 'No']]]);
  });

  it('makes no second button of a tap that does the same', () => {
    const open = { type: 'openUrl', title: 'Open', value: shop };
    const converted = convert(card('hero', { title: 'A', buttons: [open], tap: open }));
    assert.deepEqual(groupsOf(componentsOf(converted)), [['Open']]);
    assert.deepEqual(converted.changes, []);
  });
});

describe('addresses that are not allowed', () => {
  const unsafe = [
    'javascript:alert(1)',
    'http://localhost/',
    'https://localhost/',
    'data:text/html,x',
    '',
    '//x.example',
  ];
  for (const address of unsafe) {
    it(`leaves out what opens or shows ${JSON.stringify(address)}, and keeps the card`, () => {
      const buttons = [{ type: 'openUrl', title: 'Open', value: address }, postBack('Yes')];
      const converted = convert(card('hero', { title: 'A', images: [{ url: address }], buttons }));
      assert.deepEqual(
        componentsOf(converted).map(({ type }) => type),
        ['header', 'buttonGroup'],
      );
      assert.deepEqual(groupsOf(componentsOf(converted)), [['Yes']]);
      assert.equal(converted.changes.length, 2);
      for (const change of converted.changes) assert.match(change, /: left out: /);
    });
  }

  it('leaves the text of such a link in Markdown', () => {
    const converted = convert(card('hero', { text: 'Go [here](javascript:alert(1)) now' }));
    assert.deepEqual(componentsOf(converted), [{ type: 'body', text: 'Go here now', markdown: true }]);
    assert.match(converted.changes[0] ?? '', /^\$\.attachments\[0\]\.content\.text: a link became its text/);
  });

  it('puts the alternative text in the place of such a picture', () => {
    const converted = convert(
      adaptive([{ type: 'Image', url: 'data:image/png;base64,AA', altText: 'A *blue* cup' }]),
    );
    assert.deepEqual(componentsOf(converted), [{ type: 'body', text: 'A \\*blue\\* cup', markdown: true }]);
    assert.equal(converted.changes.length, 1);
  });

  it('follows the policy', () => {
    const activity = { type: 'message', ...card('hero', { title: 'A', images: [{ url: png }] }) };
    const { changes } = readBotFramework(activity, { policy: { imageHosts: ['other.example'] } });
    assert.deepEqual(changes, [
      { path: '$.attachments[0].content.images[0].url', what: 'left out: the host is not on the allow-list' },
    ]);
  });

  it('keeps the address of a link in XML', () => {
    const text =
      'See <a href="https://shop.example.com/?a=1&amp;copy=2">the <3 shop</a> or <a href="javascript:x()">this</a>.';
    const converted = convert({ text: text.replace(' <3', ''), textFormat: 'xml' });
    assert.deepEqual(converted.texts, ['See [the shop](https://shop.example.com/?a=1&copy=2) or this.']);
    assert.match(converted.changes[0] ?? '', /^\$\.text: a link became its text/);
  });
});

describe('fields of an Adaptive Card', () => {
  const choices = [{ title: 'Small', value: 's' }];
  const choice = { type: 'Input.ChoiceSet', id: 'size', label: 'Which?', choices };

  it('answers with the choice alone when no action sends it', () => {
    assert.deepEqual(repliesOf(componentsOf(convert(adaptive([choice])))), [[['Small', 's']]]);
  });

  it('answers an Action.Execute with its verb and the choice', () => {
    const converted = convert(adaptive([choice], [{ type: 'Action.Execute', verb: 'buy', title: 'Go' }]));
    assert.deepEqual(repliesOf(componentsOf(converted)), [[['Small', '{"verb":"buy","data":{"size":"s"}}']]]);
  });

  for (const [name, body, actions] of [
    ['several may be chosen', [{ ...choice, isMultiSelect: true }], []],
    ['there is another field', [choice, { type: 'Input.Text', id: 't' }], []],
    ['two actions send it', [choice], [1, 2].map((n) => ({ type: 'Action.Submit', title: `${n}` }))],
  ] as const) {
    it(`lists the choices as a text when ${name}`, () => {
      const converted = convert(adaptive([...body], [...actions]));
      assert.deepEqual(repliesOf(componentsOf(converted)), []);
      assert.deepEqual(componentsOf(converted)[0], {
        type: 'body',
        text: 'Which?\n\n- Small',
        markdown: true,
      });
      assert.ok(
        converted.changes.some((change) => change.endsWith('left out: input fields are not supported')),
      );
    });
  }

  it('says that a button sends its data without the fields', () => {
    const converted = convert(
      adaptive([{ type: 'Input.Text', id: 't' }], [{ type: 'Action.Submit', title: 'Go', data: 1 }]),
    );
    assert.ok(
      converted.changes.includes(
        '$.attachments[0].content.actions[0]: sends its data without the values of the input fields',
      ),
    );
  });

  const question = { type: 'TextBlock', text: 'Q' };
  const choiceOf = (...more: object[]) =>
    Object.assign({ type: 'Input.ChoiceSet', id: 'c', choices: [{ title: 'A', value: 'a' }] }, ...more);
  const unanswerable: [what: string, field: object][] = [
    ['is hidden', choiceOf({ isVisible: false })],
    ['is in a hidden container', { type: 'Container', isVisible: false, items: [choiceOf()] }],
    ['has too long answers', choiceOf({ choices: [{ title: 'A', value: 'a'.repeat(1_001) }] })],
  ];
  for (const [what, field] of unanswerable) {
    it(`keeps the action of a card whose only choice ${what}`, () => {
      const converted = convert(
        adaptive([question, field], [{ type: 'Action.Submit', title: 'OK', data: { a: 1 } }]),
      );
      assert.deepEqual(groupsOf(componentsOf(converted)), [['OK']]);
      assert.deepEqual(repliesOf(componentsOf(converted)), []);
      assert.doesNotMatch(converted.changes.join('\n'), /quick replies/);
      assert.match(converted.changes.join('\n'), /sends its data without/);
    });
  }

  it('makes buttons of quick replies in a carousel', () => {
    const content = { type: 'AdaptiveCard', body: [choice] };
    const converted = convert({
      attachmentLayout: 'carousel',
      attachments: [attachment('adaptive', content), attachment('hero', { title: 'B' })],
    });
    const carousel = componentsOf(converted)[0];
    assert.ok(carousel?.type === 'carousel');
    assert.deepEqual(groupsOf(carousel.cards[0]?.components ?? []), [['Small']]);
  });
});

describe('an Adaptive Card', () => {
  const bold = (text: string) => ({ type: 'TextRun', text, weight: 'Bolder' });
  const richTexts: [what: string, inlines: unknown[], shown: string][] = [
    ['a bold label before a word', [bold('Price:'), '12'], '<strong>Price:</strong>12'],
    ['two bold runs', [bold('Total'), bold('Sum')], '<strong>TotalSum</strong>'],
    [
      'bold and italic runs',
      [bold('Total'), { type: 'TextRun', text: 'Sum', italic: true }],
      '<strong>Total</strong><em>Sum</em>',
    ],
    ['a bold sum between words', ['Save', bold('€5'), 'today'], 'Save<strong>€5</strong>today'],
    ['bold brackets within a word', ['a', bold('(x)'), 'b'], 'a<strong>(x)</strong>b'],
    ['a bold run with blanks around it', ['Save ', bold(' €5 '), ' now'], 'Save <strong>€5</strong> now'],
    [
      'what looks like marks',
      [bold('*a*'), '_b_ [c](https://shop.example.com)'],
      '<strong>*a*</strong>_b_ [c](https://shop.example.com)',
    ],
  ];
  for (const [what, inlines, shown] of richTexts) {
    it(`shows ${what} of a RichTextBlock without a mark that is none`, () => {
      const [text] = componentsOf(convert(adaptive([{ type: 'RichTextBlock', inlines }])));
      assert.ok(text?.type === 'body');
      assert.equal(renderMarkdown(text.text), `<p>${shown}</p>`);
    });
  }

  it('sends what a bot for Teams means by imBack and messageBack', () => {
    const submit = (msteams: unknown) => ({
      type: 'Action.Submit',
      title: 'Go',
      data: { msteams, other: 1 },
    });
    const converted = convert(
      adaptive([], [submit({ type: 'imBack', value: 'buy' }), submit({ type: 'messageBack', text: 'sell' })]),
    );
    const payloads = componentsOf(converted).flatMap((one) =>
      one.type === 'buttonGroup' ? one.buttons : [],
    );
    assert.deepEqual(
      payloads.map(({ payload }) => payload),
      ['buy', 'sell'],
    );
  });

  it('keeps every character of data that no payload may hold', () => {
    const converted = convert(
      adaptive([], [{ type: 'Action.Submit', title: 'Go', data: { a: 'x\u202ey\n' } }]),
    );
    const [group] = componentsOf(converted);
    assert.ok(group?.type === 'buttonGroup');
    assert.deepEqual(JSON.parse(group.buttons[0]?.payload ?? ''), { a: 'x\u202ey\n' });
  });

  it('writes dates in the language of the activity, and leaves alone what is no date', () => {
    const text =
      '{{DATE(2026-11-23T06:08:39Z, LONG)}}, {{TIME(2026-11-23T07:08:39+01:00)}}, {{DATE(2026-99-23T06:08:39Z)}}';
    const converted = convert({ ...adaptive([{ type: 'TextBlock', text }]), locale: 'de-DE' });
    assert.deepEqual(componentsOf(converted), [
      {
        type: 'body',
        text: 'Montag, 23. November 2026, 06:08 UTC, {{DATE(2026-99-23T06:08:39Z)}}',
        markdown: true,
      },
    ]);
  });

  it('shows columns that are more than a line of text one below the other', () => {
    const columns = [
      { items: [{ type: 'Image', url: png }] },
      { items: [{ type: 'TextBlock', text: 'Cup' }] },
    ];
    const converted = convert(adaptive([{ type: 'ColumnSet', columns }]));
    assert.deepEqual(
      componentsOf(converted).map(({ type }) => type),
      ['image', 'body'],
    );
  });
});

describe('other activities', () => {
  it('has no parts for an activity that is no message', () => {
    assert.deepEqual(readBotFramework({ type: 'typing', text: 'x' }), { parts: [], changes: [] });
  });

  it('reads no addresses and times of an activity', () => {
    const { parts } = readBotFramework({
      type: 'message',
      text: 'Hi',
      timestamp: new Date(),
      from: () => 1,
      conversation: 5n,
    });
    assert.deepEqual(parts, [{ kind: 'text', text: 'Hi', markdown: true }]);
  });

  it('reports fields of a wrong type and fields that nobody knows', () => {
    const converted = convert(
      card('hero', { title: { a: 1 }, text: 'Hi', buttons: [5], colour: 'red', subtitle: null }),
    );
    assert.deepEqual(componentsOf(converted), [{ type: 'body', text: 'Hi', markdown: true }]);
    assert.deepEqual(converted.changes, [
      '$.attachments[0].content.colour: left out: it is not known here',
      '$.attachments[0].content.title: left out: it has the wrong type',
      '$.attachments[0].content.buttons[0]: left out: it is not an object',
    ]);
  });

  it('leaves out what it does not know how to show, and says so', () => {
    const converted = convert({
      attachments: [
        { contentType: 'application/x-unknown', content: {} },
        'x',
        card('hero', {}).attachments[0],
      ],
    });
    assert.deepEqual(converted.cards, []);
    assert.deepEqual(
      converted.changes,
      [
        '$.attachments[1]: left out: it is not an object',
        '$.attachments[0]: left out: Genesys has no such attachment',
        '$: no part can be shown: a sentence says so in its place',
      ].sort(),
    );
  });

  it('says that signing in is not possible without a link', () => {
    const converted = convert(
      card('oauth', { text: 'Sign in', buttons: [{ type: 'signin', title: 'Sign in' }] }),
    );
    assert.deepEqual(groupsOf(componentsOf(converted)), []);
    assert.match(converted.changes[0] ?? '', /token service/);
  });

  it('asks with a text that is too long for a card before the quick replies', () => {
    const converted = convert({
      text: 'word '.repeat(500),
      suggestedActions: { actions: [postBack('Yes')] },
    });
    assert.equal(converted.texts.length, 1);
    assert.deepEqual(
      componentsOf(converted).map(({ type }) => type),
      ['quickReplies'],
    );
  });

  it('gives each card an id of its own, in order', () => {
    let last = 0;
    const newId = () => `m${++last}`;
    const { parts } = readBotFramework(
      {
        attachments: [attachment('hero', { title: 'A' }), attachment('hero', { title: 'B' })],
        suggestedActions: { actions: ['Yes'] },
      },
      { newId },
    );
    assert.deepEqual(
      parts.map((part) => (part.kind === 'card' ? part.card.messageId : '')),
      ['m1', 'm2'],
    );
  });

  it('survives a locale that is none', () => {
    for (const locale of ['', 'xx_YY', 'not a locale', '*', 'de_DE'])
      convert({ ...card('receipt', { total: 1 }), locale });
  });
});

describe('the report', () => {
  it('holds nothing of what the bot says', () => {
    for (const [table, rows] of Object.entries(tables)) {
      for (const [field, { activity }] of Object.entries(rows)) {
        const { changes } = readBotFramework({ type: 'message', ...activity });
        for (const { what } of changes)
          assert.doesNotMatch(what, /shop\.example|Words|Cup|Open shop/, `${table}: ${field}`);
      }
    }
  });
});

describe('hostile activities', () => {
  const nested = (levels: number): unknown => {
    let value: unknown = {};
    for (let i = 0; i < levels; i += 1) value = { type: 'Container', items: [value] };
    return value;
  };
  const cycle: Record<string, unknown> = { type: 'Container' };
  cycle.items = [cycle];
  const throwing = Object.defineProperty({}, 'text', {
    get: () => {
      throw new Error('no');
    },
  });

  const refused: [name: string, activity: unknown, code: string][] = [
    ['null', null, 'activity.invalid'],
    ['a text', 'hi', 'activity.invalid'],
    ['a list', [], 'activity.invalid'],
    ['a getter that throws', throwing, 'activity.invalid'],
    ['100,000 levels', adaptive([nested(100_000)]), 'card.limit'],
    ['a cycle', adaptive([cycle]), 'card.limit'],
    ['a million attachments', { attachments: Array.from({ length: 1_000_000 }, () => ({})) }, 'card.limit'],
    ['10 MB of text', { text: 'x'.repeat(10_000_000) }, 'card.limit'],
    [
      'the key __proto__',
      JSON.parse('{"attachments": [{"__proto__": {"contentType": "x"}}]}'),
      'activity.invalid',
    ],
    ['a class instance as content', card('adaptive', new Map()), 'activity.invalid'],
  ];
  for (const [name, activity, code] of refused) {
    it(`refuses ${name} with ${code}`, () => {
      assert.throws(
        () => readBotFramework(activity),
        (error) => error instanceof CodedError && error.code === code,
      );
    });
  }

  const length = hostileLength(200_000);
  const long: [name: string, unit: string][] = [
    ['marks', '*a '],
    ['brackets', '[a]('],
    ['quotes', '> '],
    ['line breaks', '<br>'],
    ['links in XML', '<a href="'],
    ['dates', '{{DATE('],
    ['emoji', '👩‍👩‍👧'],
  ];
  for (const [name, unit] of long) {
    it(`reads ${length} characters of ${name}`, () => {
      const text = unit.repeat(length / unit.length);
      for (const textFormat of ['markdown', 'plain', 'xml']) {
        try {
          readBotFramework({ text, textFormat });
        } catch (error) {
          assert.ok(error instanceof CodedError);
        }
      }
      convert(adaptive([{ type: 'TextBlock', text }]));
      convert(adaptive([{ type: 'RichTextBlock', inlines: [text] }]));
    });
  }
});

describe('a long plain text', () => {
  for (const text of [
    'a<b'.repeat(700),
    `a${'*'.repeat(1_500)}`,
    '&amp; and so on and on '.repeat(500),
    '1. x '.repeat(600),
  ]) {
    it(`is split between its characters, not inside of what they are written as: ${text.slice(0, 6)}`, () => {
      for (const content of [{ subtitle: text }, { title: text }]) {
        const { cards, changes } = convert(card('hero', content));
        const bodies = cards.flatMap(({ components }) => components.filter((one) => one.type === 'body'));
        assert.ok(bodies.length > 1);
        const shown = bodies.map((body) => writePlain(blocksOf(body.text))).join('');
        assert.equal(shown.replaceAll(/\s/g, ''), text.replaceAll(/\s/g, ''));
        assert.ok(changes.some((what) => what.includes('split: a text has at most 2000 characters')));
      }
    });
  }
});
