import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { replyMessages } from '../../../../bot/channels/botConnector/turn/replyMessages.ts';
import { checkCard } from '../../../../cards/checks/checkedCard.ts';
import type { GenesysCard } from '../../../../cards/formats/genesysMessage.ts';
import { readBotFramework } from '../../../../cards/readers/botFramework/fromBotFramework.ts';
import { anyPublicHost } from '../../../../cards/richText/urlPolicy.ts';

type Activity = Record<string, unknown>;
/** What an activity is, what it says in plain text, and the beginnings of what is reported (not given: anything). */
type Row = [what: string, activity: Activity, text: string, changes?: string[]];

const adaptive = (content: Activity): Activity => ({
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
});
const ac = (...body: unknown[]): Activity => adaptive({ type: 'AdaptiveCard', version: '1.5', body });
const say = (text: string, more: Activity = {}) => ({ type: 'TextBlock', text, ...more });
const column = (items: unknown[], more: Activity = {}) => ({ type: 'Column', items, ...more });
const columns = (...list: unknown[]) => ({ type: 'ColumnSet', columns: list });
const picture = (altText: string, more: Activity = {}) => ({
  type: 'Image',
  url: `https://cdn.example.com/${altText}.png`,
  altText,
  ...more,
});
const hidden = { isVisible: false };
const cells = (...texts: string[]) => texts.map((text) => ({ type: 'TableCell', items: [say(text)] }));
const table = (...rows: unknown[]) => ({ type: 'Table', firstRowAsHeader: false, rows });
const row = (...texts: string[]) => ({
  type: 'TableRow',
  cells: texts.map((text) => ({ type: 'TableCell', items: text === '' ? [] : [say(text)] })),
});
const facts = (title: string, value: string) => ({ type: 'FactSet', facts: [{ title, value }] });
const runs = (...texts: string[]) => ({
  type: 'RichTextBlock',
  inlines: texts.map((text) => ({ type: 'TextRun', text })),
});
const date = '{{DATE(2026-11-23T06:08:39Z)}}';
const card = (name: string, content: unknown): Activity => ({
  attachments: [{ contentType: `application/vnd.microsoft.card.${name}`, content }],
});
const msg = (text: string): Activity => ({ text });
const file = (attachment: Activity): Activity => ({ attachments: [attachment] });
const open = (title: string, value: string) => ({ type: 'openUrl', title, value });
const bytes = 'data:image/png;base64,iVBORw0KGgo=';
const noPicture = 'A picture cannot be shown here.';
const unshown = 'This message cannot be shown here.';
const office = (content: Activity): Activity => ({
  attachments: [{ contentType: 'application/vnd.microsoft.teams.card.o365connector', content }],
});
const hero = (content: Activity): Activity => card('hero', content);
const actions = (...list: unknown[]): Activity =>
  adaptive({ type: 'AdaptiveCard', version: '1.5', body: [say('A')], actions: list });
const needs = { requires: { acme: '1' } };
const at = '$.attachments[0].content.body[0]';

/** A text that cites documents as the Agents SDK, Teams and Copilot Studio have it. */
const citing = (text: string, documents: Activity[], more: Activity = {}): Activity => ({
  text,
  ...more,
  entities: [
    { type: 'mention', text: '<at>A</at>' },
    {
      type: 'https://schema.org/Message',
      '@type': 'Message',
      citation: documents.map((appearance, i) => ({ '@type': 'Claim', position: i + 1, appearance })),
    },
  ],
});
const manual = { name: 'Manual', url: 'https://docs.example.com/manual', abstract: 'x' };
const faq = { name: 'FAQ', url: 'https://docs.example.com/faq' };

const rows: Record<string, Row[]> = {
  citations: [
    [
      'those that the text names, in their order',
      citing('B [2], A [1].', [manual, faq, { name: 'Unused', url: 'https://docs.example.com/x' }]),
      'B [2], A [1].\n\n[1] Manual (https://docs.example.com/manual)\n[2] FAQ (https://docs.example.com/faq)',
      [],
    ],
    [
      'a plain text',
      citing('A [1].', [manual], { textFormat: 'plain' }),
      'A [1].\n\n[1] Manual: https://docs.example.com/manual',
      [],
    ],
    [
      'a document without an address',
      citing('A [1].', [{ name: 'Manual *2*' }]),
      'A [1].\n\n[1] Manual *2*',
      [],
    ],
    [
      'several in one pair of brackets',
      citing('A [1, 2].', [{ name: 'A' }, { name: 'B' }]),
      'A [1, 2].\n\n[1] A\n[2] B',
      [],
    ],
    ['a document without a name', citing('A [1].', [{ url: faq.url }]), `A [1].\n\n[1] ${faq.url}`, []],
    ['a document without both', citing('A [1].', [{}]), 'A [1].', []],
    [
      "marks of an assistant's files",
      { type: 'message', text: 'Open 9 to 5 【4:0†source】. Closed on Sunday【12†hours.pdf】' },
      'Open 9 to 5. Closed on Sunday',
      ['$.text: left out: marks of files that the message does not name'],
    ],
    ['other words in such brackets', { type: 'message', text: '【重要】 A † B' }, '【重要】 A † B', []],
    [
      'a definition that leads to the entity',
      citing('A [1].\n\n[1]: cite:1 "Citation-1"', [manual]),
      'A [1].\n\n[1] Manual (https://docs.example.com/manual)',
      [],
    ],
    [
      'a definition with an address is the link itself',
      citing('A [1].\n\n[1]: https://docs.example.com/own "Own"', [manual]),
      'A [1] (https://docs.example.com/own).',
      [],
    ],
    [
      'an address that no link may lead to',
      citing('A [1].', [{ name: 'Share', url: 'file://server/manual' }]),
      'A [1].\n\n[1] Share',
    ],
    [
      'entities that are none',
      { text: 'A [1].', entities: ['x', { citation: [7, null] }, null] },
      'A [1].',
      [],
    ],
  ],
  speech: [
    [
      'that says what is written',
      { text: 'Are **you** sure?', speak: '<speak version="1.0"><voice>Are you sure</voice></speak>' },
      'Are you sure?',
      [],
    ],
    ['that says more', { text: 'Sure?', speak: 'Are you sure?' }, 'Sure?', ['$.speak: left out']],
  ],
  'hidden parts': [
    [
      'a column',
      ac(columns(column([say('A')]), column([say('B')], hidden), column([say('C')]))),
      'A · C',
      [`${at}.columns[1]: left out: it is hidden`],
    ],
    [
      'a row',
      ac(
        table(
          { type: 'TableRow', cells: cells('A', '1') },
          { type: 'TableRow', cells: cells('B', '2'), ...hidden },
        ),
      ),
      'A: 1',
      [`${at}.rows[1]: left out: it is hidden`],
    ],
    [
      'a picture of a set',
      ac({ type: 'ImageSet', images: [picture('A'), picture('B', hidden)] }),
      'A',
      [`${at}.images[1]: left out: it is hidden`],
    ],
    [
      'a page',
      ac({
        type: 'Carousel',
        pages: [
          { type: 'CarouselPage', items: [say('A')] },
          { type: 'CarouselPage', items: [say('B')], ...hidden },
        ],
      }),
      'A',
    ],
    [
      'a run',
      ac({
        type: 'RichTextBlock',
        inlines: [
          { type: 'TextRun', text: 'A' },
          { type: 'TextRun', text: 'B', ...hidden },
        ],
      }),
      'A',
    ],
    [
      'what an action only hides',
      adaptive({
        type: 'AdaptiveCard',
        body: [say('A'), say('B', { ...hidden, id: 'b' })],
        actions: [
          {
            type: 'Action.ToggleVisibility',
            title: 'T',
            targetElements: [{ elementId: 'b', isVisible: false }],
          },
        ],
      }),
      'A',
    ],
    ['a text, with a boolean as text', ac(say('A'), say('B', { isVisible: 'False' })), 'A'],
    ['a text that is shown, with a boolean as text', ac(say('A', { isVisible: 'TRUE' })), 'A', []],
    [
      'a column, with a boolean as text',
      ac(columns(column([say('A')]), column([say('B')], { isVisible: 'false' }))),
      'A',
    ],
  ],
  'fallback of parts': [
    [
      'a column',
      ac(columns(column([say('A')], { ...needs, fallback: column([say('B')]) }), column([say('C')]))),
      'B · C',
      [`${at}.columns[0]: its fallback is shown`],
    ],
    [
      'a column that is dropped',
      ac(columns(column([say('A')], { ...needs, fallback: 'drop' }), column([say('C')]))),
      'C',
      [`${at}.columns[0]: left out: its fallback is to drop it`],
    ],
    [
      'an element, twice',
      ac({ type: 'Acme', fallback: { type: 'Acme2', fallback: say('B', hidden) } }, say('C')),
      'C',
      [`${at}: its fallback is shown`, `${at}.fallback.fallback: left out: it is hidden`],
    ],
    [
      'a container for its child',
      ac({ type: 'Container', items: [{ type: 'Acme' }], fallback: say('B') }),
      'B',
    ],
    [
      'an action',
      adaptive({
        type: 'AdaptiveCard',
        version: '1.5',
        body: [say('A')],
        actions: [
          {
            type: 'Action.Submit',
            title: 'X',
            ...needs,
            fallback: { type: 'Action.Submit', title: 'Y' },
          },
        ],
      }),
      'A\n- Y',
    ],
    [
      'a whole card',
      adaptive({ type: 'AdaptiveCard', version: '9.9', body: [say('A')], fallback: say('B') }),
      'B',
    ],
  ],
  'empty cells': [
    ['all but the last', ac(table(row('A', 'B', 'C'), row('', '', 'x'))), 'A · B · C\n\n– · – · x'],
    [
      'all but the first, as a title of rows',
      ac(table(row('A', 'B', 'C'), row('x', '', ''))),
      'A · B · C\n\nx',
    ],
    ['of a column', ac(columns(column([say('A'), say('')]), column([say('1'), say('2')]))), 'A · 1\n\n– · 2'],
    [
      'in the row that is empty in all columns',
      ac(columns(column([say('A'), say('')]), column([say('1'), say(' ')]))),
      'A · 1',
    ],
    [
      'of a table with three columns',
      ac(table(row('Item', 'Qty', 'Price'), row('Cup', '', '5 EUR'), row('Jar', '2', ''))),
      'Item · Qty · Price\n\nCup · – · 5 EUR\n\nJar · 2 · –',
    ],
    ['of a table with two columns', ac(table(row('Cup', ''), row('', '5 EUR'))), 'Cup: –\n–: 5 EUR'],
    [
      'no cell, but one of several lines',
      ac(
        table({
          type: 'TableRow',
          cells: [{ type: 'TableCell', items: [say('Cup'), say('blue')] }, ...cells('2', '5 €')],
        }),
      ),
      'Cup blue · 2 · 5 €',
    ],
    ['a column that is empty everywhere', ac(table(row('A', '', 'B'), row('C', '', 'D'))), 'A: B\nC: D'],
    [
      'a row that is empty',
      ac(table(row('A', 'B', 'C'), row('', '', ''), row('D', 'E', 'F'))),
      'A · B · C\n\nD · E · F',
    ],
    ['a spacer between columns', ac(columns(column([say('A')]), column([]), column([say('B')]))), 'A · B'],
  ],
  rows: [
    [
      'of columns with equally many lines',
      ac(
        columns(column([say('From'), say('Rome', { size: 'extraLarge' })]), column([say('To'), say('Oslo')])),
      ),
      'From · To\n\nRome · Oslo',
    ],
    [
      'of columns, the second one bold',
      ac(
        columns(column([say('Item'), say('Cup')]), column([say('Price'), say('5 €', { weight: 'bolder' })])),
      ),
      'Item · Price\n\nCup · 5 €',
    ],
    [
      'of columns with differently many lines: one column below the other',
      ac(columns(column([say('From'), say('Rome'), say('FCO')]), column([say('To'), say('Oslo')]))),
      'From\n\nRome\n\nFCO\n\nTo\n\nOslo',
    ],
  ],
  signs: [
    ['of what is added', ac(table(row('Cup', '1 €'), row('+ Tip', '+ 2 €'))), 'Cup: 1 €\n+ Tip: + 2 €'],
    ['of a text that is added', hero({ title: 'A', text: '+ shipping' }), 'A\n+ shipping'],
    ['of a fact', ac(facts('Refund', '- 5.00 EUR')), 'Refund: - 5.00 EUR'],
    ['of a fact, plus', ac(facts('Bonus', '+ 5.00 EUR')), 'Bonus: + 5.00 EUR'],
    ['of a fact, a number with a point', ac(facts('Place', '1. Berlin')), 'Place: 1. Berlin'],
    ['of a fact that is nothing else', ac(facts('Grade', '+')), 'Grade: +'],
    ['of a fact, a number sign', ac(facts('Place', '# 5')), 'Place: # 5'],
    ['of a text', ac(say('- 5.00 EUR')), '- 5.00 EUR'],
    ['of a text with the currency first', ac(say('- € 5.00')), '- € 5.00'],
    ['of a title', ac(say('- 5.00 EUR', { style: 'heading' })), '- 5.00 EUR'],
    ['of a cell', ac(table(row('A', 'B', '- 5.00 EUR'))), 'A · B · - 5.00 EUR'],
    ['of a cell, with facts', ac(table(row('A', '- 5.00 EUR'))), 'A: - 5.00 EUR'],
    ['of a comparison', msg('- > 5 GB\n- > $10\n- < 3'), '• > 5 GB\n• > $10\n• < 3'],
    ['a quote stays a quote', msg('> 5 of them came\n> late.'), '5 of them came\nlate.'],
    [
      'entities of plain texts',
      hero({ title: 'Tom &amp; Jerry', subtitle: 'a &lt; b\nAT&T; &check;' }),
      'Tom & Jerry\na < b\nAT&T; ✓',
    ],
    [
      'entities beside names of tags that are no tags',
      hero({ title: 'Type <script> &amp; press Enter', subtitle: `a &lt; ${'<b>'.repeat(101)}` }),
      `Type <script> & press Enter\na < ${'<b>'.repeat(101)}`,
    ],
    ['a list stays a list', ac(say('- 5 cups\n- 3 jars')), '• 5 cups\n• 3 jars'],
  ],
  runs: [
    ['with line breaks at their ends', ac(runs('Order\n', '12345\n', 'Shipped')), 'Order\n12345\nShipped'],
    [
      'with line breaks at their beginnings',
      ac(runs('Order', '\n12345', '\nShipped')),
      'Order\n12345\nShipped',
    ],
    ['with blanks at their ends', ac(runs('Order ', ' 12345')), 'Order 12345'],
    ['with an empty line', ac(runs('Order\n', '\n', 'Shipped')), 'Order\n\nShipped'],
  ],
  dates: [
    ['in the language of the card', adaptive({ lang: 'de', body: [say(date)] }), '23.11.26'],
    [
      'in the language of the message, when that of the card is unknown',
      { ...adaptive({ lang: 'Deutsch (DE)', body: [say(date)] }), locale: 'de' },
      '23.11.26',
    ],
    [
      'in the language of the message, when that of the card is empty',
      { ...adaptive({ lang: '', body: [say(date)] }), locale: 'de' },
      '23.11.26',
    ],
    ['in a toggle', ac({ type: 'Input.Toggle', id: 'a', title: `By ${date}` }), 'By 11/23/26'],
    ['in a label', ac({ type: 'Input.Text', id: 'a', label: `By ${date}` }), 'By 11/23/26'],
    [
      'in a choice',
      ac({ type: 'Input.ChoiceSet', id: 'a', label: 'When?', choices: [{ title: date, value: '1' }] }),
      'When?\n- 11/23/26',
    ],
    [
      'as toISOString writes them, in any spelling',
      ac(say('{{DATE(2026-11-23T06:08:39.000Z, Short)}} {{time(2026-11-23T06:08:39.5Z)}}')),
      'Mon, Nov 23, 2026 6:08 AM UTC',
    ],
  ],
  'Markdown in fields': [
    [
      'the title of a toggle',
      ac({ type: 'Input.Toggle', id: 'a', title: 'The **[terms](https://shop.example.com/terms)**' }),
      'The terms (https://shop.example.com/terms)',
    ],
    [
      'a choice',
      ac({ type: 'Input.ChoiceSet', id: 'a', label: 'A *b*', choices: [{ title: '**One**', value: '1' }] }),
      'A *b*\n- One',
    ],
  ],
  'elements of Teams': [
    ['a badge', ac({ type: 'Badge', text: 'New', style: 'Good' }), 'New', [`${at}: shown as a text`]],
    ['code', ac({ type: 'CodeBlock', codeSnippet: 'a *= 1\n```', language: 'C' }), 'a *= 1\n```'],
    [
      'stars',
      ac({ type: 'Rating', value: 4.5 }, { type: 'Rating', value: 8, max: 10 }),
      '★ 4.5 / 5\n\n★ 8 / 10',
    ],
    [
      'a compound button',
      ac({
        type: 'CompoundButton',
        title: 'Plans',
        description: 'Compare',
        selectAction: { type: 'Action.OpenUrl', url: 'https://shop.example.com/' },
      }),
      'Plans\n\nCompare\nPlans: https://shop.example.com/',
    ],
    ['one with a fallback', ac({ type: 'Badge', text: 'New', fallback: say('Old client') }), 'Old client'],
    ['one that is hidden', ac(say('A'), { type: 'Badge', text: 'New', ...hidden }), 'A'],
    [
      'without content',
      ac(say('A'), ...['Badge', 'CodeBlock', 'Rating', 'CompoundButton'].map((type) => ({ type }))),
      'A',
    ],
    ['any other', ac(say('A'), { type: 'ProgressBar', value: 4 }), 'A'],
    [
      'buttons of a page',
      ac({
        type: 'Carousel',
        pages: [
          {
            type: 'CarouselPage',
            items: [say('A'), { type: 'ActionSet', actions: [{ type: 'Action.Submit', title: 'B' }] }],
          },
        ],
      }),
      'A\n- B',
    ],
    ['a gauge', ac({ type: 'Chart.Gauge', title: 'Load', value: 50 }), 'Load\n\n50'],
    [
      'an icon that is clicked',
      ac(say('A'), {
        type: 'Icon',
        name: 'X',
        selectAction: { type: 'Action.OpenUrl', title: 'B', url: 'https://a.example.com/' },
      }),
      'A\nB: https://a.example.com/',
      ['$.attachments[0].content.body[1]: shown in another way: Genesys has no Icon'],
    ],
    [
      'a ring',
      ac({ type: 'ProgressRing', label: 'Wait' }),
      'Wait',
      [`${at}: shown as a text: Genesys has no ProgressRing`],
    ],
    ['a field', ac({ type: 'Input.Rating', id: 'r', label: 'Rate us' }), 'Rate us'],
    [
      'a chart',
      ac({
        type: 'Chart.Pie',
        title: 'Sales',
        data: [
          { legend: 'Cups', value: 5 },
          { x: 'Jars', y: 3 },
        ],
      }),
      'Sales\nCups: 5\nJars: 3',
    ],
    [
      'a chart of series',
      ac({ type: 'Chart.Line', data: [{ legend: 'Cups', values: [{ x: 'May', y: 1 }] }] }),
      'Cups · May: 1',
    ],
    [
      'an action that opens more',
      actions({ type: 'Action.Popover', title: 'More', content: say('B') }),
      'A\nMore\nB',
      [
        '$.attachments[0].content.actions[0]: shown in another way: Genesys has no Action.Popover',
        '$.attachments[0].content.actions[0]: shown at once',
      ],
    ],
    [
      'a list card',
      card('list', {
        title: 'Files',
        items: [
          { type: 'file', id: 'https://a.example.com/r', title: 'Report', subtitle: 'new' },
          { type: 'person', title: 'Ann', tap: { type: 'imBack', value: 'ann' } },
        ],
        buttons: [{ type: 'imBack', title: 'More', value: 'more' }],
      }),
      'Files\nReport · new\nAnn\nReport: https://a.example.com/r\n- Ann\n- More',
    ],
    [
      'an action that signs in',
      actions({
        type: 'Action.Submit',
        title: 'Go',
        data: { msteams: { type: 'signin', value: 'https://a.example.com/' } },
      }),
      'A\nGo: https://a.example.com/',
    ],
  ],
  sources: [
    [
      'the first one that is allowed',
      ac({
        type: 'Media',
        sources: [{ url: 'http://a.example.com/a.mp4' }, { url: 'https://a.example.com/b.mp4' }],
      }),
      'Play: https://a.example.com/b.mp4',
    ],
  ],
  'addresses without a scheme': [
    ['of a button', hero({ buttons: [open('Shop', 'shop.example.com/a')] }), 'Shop: shop.example.com/a'],
    ['no address', hero({ title: 'A', buttons: [open('File', 'a.pdf')] }), 'A'],
    ['in Markdown', msg('<mailto:a@shop.example.com>'), 'mailto:a@shop.example.com'],
  ],
  mail: [
    [
      'with a text',
      hero({ buttons: [open('Mail', 'mailto:a@shop.example.com?cc=b@x.example&subject=A b&body=c')] }),
      'Mail: mailto:a@shop.example.com?subject=A%20b',
      ['$.attachments[0].content.buttons[0]: shortened', '$.components[0].buttons[0]: a mail'],
    ],
    [
      'with a text, in Markdown',
      msg('[Mail](mailto:a@shop.example.com?body=c)'),
      'Mail (mailto:a@shop.example.com)',
      ['$.text: shortened'],
    ],
    [
      'with a subject',
      msg('[Mail](mailto:a@shop.example.com?subject=c)'),
      'Mail (mailto:a@shop.example.com?subject=c)',
      [],
    ],
  ],
  phone: [
    [
      'of an Action.OpenUrl',
      actions({ type: 'Action.OpenUrl', title: 'Call', url: 'tel:+1 800 555 0100' }),
      'A\nCall: tel:+18005550100',
    ],
    [
      'of a CardAction that opens an address',
      hero({ buttons: [{ type: 'openUrl', title: 'Call', value: 'tel:+1%20800 555' }] }),
      'Call: tel:+1800555',
    ],
  ],
  'wrong types': [
    [
      'a picture of a video as a text',
      card('video', { title: 'V', image: 'https://a.example.com/p.png' }),
      'V',
    ],
    [
      'a tap as an address',
      hero({ title: 'A', tap: 'https://a.example.com/' }),
      'A\nA: https://a.example.com/',
    ],
    [
      'media as a text',
      card('video', { title: 'V', media: 'https://a.example.com/v.mp4' }),
      'V\nPlay: https://a.example.com/v.mp4',
    ],
    ['a picture as a text', hero({ title: 'A', images: 'https://a.example.com/p.png' }), 'A'],
    ['a button as a text', hero({ title: 'A', buttons: 'OK' }), 'A\n- OK'],
    [
      'a phone number without its country',
      hero({ title: 'A', buttons: [open('Call', 'tel:0800 555 0100')] }),
      'A\nCall: 08005550100',
    ],
    [
      'a tap as a number',
      hero({ title: 'A', tap: 5 }),
      'A',
      ['$.attachments[0].content.tap: left out: it is not'],
    ],
    [
      'a button that is no list',
      hero({ title: 'A', buttons: { type: 'imBack', title: 'B', value: 'b' } }),
      'A\n- B',
    ],
    ['a picture that is no list', hero({ title: 'A', images: { url: 'https://a.example.com/p.png' } }), 'A'],
  ],
  tilde: [
    [
      'one in a range',
      hero({ title: 'T', text: 'Takes 2~3 days (express 1~2 days)' }),
      'T\nTakes 2~3 days (express 1~2 days)',
    ],
    ['one in a message', msg('About ~5 of ~10'), 'About ~5 of ~10'],
    ['one in a fact', ac(facts('Days', '2~3 or 1~2')), 'Days: 2~3 or 1~2'],
    ['two strike, and an old price is no second price', msg('~~20 €~~ 15 €'), '~~20 €~~ 15 €'],
    [
      'a struck run',
      ac({
        type: 'RichTextBlock',
        inlines: [{ type: 'TextRun', text: '20 €', strikethrough: true }, ' 15 €'],
      }),
      '~~20 €~~ 15 €',
    ],
    ['a struck tag', hero({ title: 'T', text: '<s>20 €</s> 15 €' }), 'T\n~~20 €~~ 15 €'],
  ],
  'text in a table': [
    ['Markdown', msg('| A | B |\n|---|--:|\n| a | 1 |\n|  | 2 |\nend'), 'A · B\n\na · 1\n\n– · 2\n\nend'],
    ['Markdown without bars around it', msg('Yours:\nA | B\n-|-\na | 1'), 'Yours:\n\nA · B\n\na · 1'],
    ['Markdown, in a TextBlock', ac(say('A | B\n-|-\na | 1')), 'A · B\n\na · 1'],
    ['no table', msg('a | b\nc | d'), 'a | b\nc | d'],
    ['in code', msg('```\nA | B\n-|-\na | 1\n```'), 'A | B\n-|-\na | 1'],
    ['beside code', msg('`a`\n\nA | B\n-|-\n`a\\|b` | 1'), 'a\n\nA · B\n\na|b · 1'],
    ['with a bar in a cell', msg('| A | B |\n|--|--|\n| a \\| b | **1** |'), 'A · B\n\na | b · 1'],
    ['with line breaks', msg('| A | B |\n|---|---|\n| Mon<br>Tue | 1 |'), 'A · B\n\nMon Tue · 1'],
    [
      'of HTML, with blocks in its cells',
      msg('<table><tr><td><p>A</p><p>B</p></td><td><ul><li>1</li><li>2</li></ul></td></tr></table>'),
      'A B · 1 2',
    ],
    [
      'of HTML, with a heading in a cell',
      msg('<table><tr><td><h3>A</h3>b</td><td><blockquote>c</blockquote>d</td></tr></table>'),
      'A b · c d',
    ],
    ['of one column', msg('| A |\n|---|\n| a |\n| b |'), 'A\n\na\n\nb'],
    ['in a list', msg('- a\n\n  | A | B |\n  |---|---|\n  | 1 | 2 |\n- b'), '• a\n  A · B\n  1 · 2\n• b'],
    ['beside tags', msg('<b>x</b>\n\n| A | B |\n|---|---|\n| <i>a</i> | |'), 'x\n\nA · B\n\na · –'],
    [
      'longer than a text may be',
      hero({ title: 'T', text: `| A | B |\n|---|---|\n${`| ${'a'.repeat(40)} | 1 |\n`.repeat(60)}` }),
      // Two texts, cut between rows.
      `T\nA · B${`\n\n${'a'.repeat(40)} · 1`.repeat(29)}\n${'a'.repeat(40)} · 1${`\n\n${'a'.repeat(40)} · 1`.repeat(30)}`,
    ],
  ],
  'sources and footnotes': [
    [
      'by their numbers',
      msg('A[1], b[2].\n\n[1]: https://docs.example.com/1 "One"\n[2]: http://docs.example.com/2'),
      'A[1] (https://docs.example.com/1), b[2] (http://docs.example.com/2).',
    ],
    [
      'with words',
      msg('A[^1], B[^b].\n\n[^1]: At sea level.\n[^b]: Dry.'),
      'A[1], B[b].\n\n[1] At sea level.\n[b] Dry.',
    ],
    ['before a colon', msg('**A**[^1]: b\n\n[^1]: C d'), 'A[1]: b\n\n[1] C d'],
    ['without its words', msg('A[^1] and `[^a]`'), 'A[^1] and [^a]'],
    ['of an entity that is not there', msg('A [1].\n\n[1]: cite:1 "Citation-1"'), 'A [1].'],
    [
      'with an address',
      msg('A[^1].\n\n[^1]: https://docs.example.com/1'),
      'A[1] (https://docs.example.com/1).',
    ],
    ['with one word', msg('A[^1].\n\n[^1]: Approximately'), 'A[1].\n\n[1] Approximately'],
  ],
  'addresses in Markdown': [
    [
      'with signs',
      msg('https://shop.example.com/a*b*c~d and **https://shop.example.com/a**'),
      'https://shop.example.com/a*b*c~d and https://shop.example.com/a',
    ],
    [
      'with blanks',
      msg('[Bill](https://shop.example.com/my bill 1.pdf)'),
      'Bill (https://shop.example.com/my%20bill%201.pdf)',
    ],
    [
      'with blanks, of a mail',
      msg('[Mail](mailto:a@shop.example.com?subject=My order)'),
      'Mail (mailto:a@shop.example.com?subject=My%20order)',
    ],
  ],
  comments: [
    ['of HTML', msg('a <!-- hidden --> *b*'), 'a b'],
    ['of Markdown', msg('a\n\n[//]: # (hidden)\n\nb'), 'a\n\nb'],
    ['no comment', msg('a <!-- b'), 'a <!-- b'],
  ],
  formulas: [
    ['in a line', msg('$a_{1}*b*c_{2}$ and \\(x^2*y*z\\)'), '$a_{1}*b*c_{2}$ and (x^2*y*z)'],
    ['of single letters', msg('$a*b*c$ and 2*x*y'), '$a*b*c$ and 2*x*y'],
    [
      'in an environment',
      msg('\\begin{align}\na &= b \\\\\n\\end{align}'),
      '\\begin{align}\na &= b \\\\\n\\end{align}',
    ],
    ['of one letter', msg('$a_1$ *b* $c$, **A**B'), '$a_1$ b $c$, AB'],
    ['of their own', msg('$$\n\\int x \\, dx\\\\\n$$'), '$$\n\\int x \\, dx\\\\\n$$'],
    ['in a row', ac(table(row('$a_{1}*b$', '$c_{2}*d$', 'x'))), '$a_{1}*b$ · $c_{2}*d$ · x'],
    ['in plain runs', ac(runs('$a_{1}*b$ ', '1*2*3')), '$a_{1}*b$ 1*2*3'],
    [
      'in a document',
      {
        text: '<!DOCTYPE html><html lang="en"><head><title>T</title></head><body><p>$a_1$</p></body></html>',
        textFormat: 'xml',
      },
      '$a_1$',
    ],
    ['in HTML', { text: '<p>$a_{1}*b*c$</p>', textFormat: 'xml' }, '$a_{1}*b*c$'],
    [
      'beside prices',
      msg('From US$ 5: 2*3*4 = $24 or a$ for $x^{2}*y*z$'),
      'From US$ 5: 2*3*4 = $24 or a$ for $x^{2}*y*z$',
    ],
    ['between brackets that are none', msg('\\(5*6*7 to \\[2*3*4\\]\\)'), '(5*6*7 to [2*3*4])'],
    ['no formula', msg('$5 or *$6*, \\(a\\) \\[b\\_c\\]'), '$5 or $6, (a) [b_c]'],
  ],
  tasks: [
    ['in a list', msg('- [x] Paid\n- [ ] Sent\n  * [X] Sub'), '• ☑ Paid\n• ☐ Sent\n  • ☑ Sub'],
    ['in a numbered list', ac(say('1. [ ] Pay\n2. [x] Send')), '1. ☐ Pay\n2. ☑ Send'],
    [
      'no task',
      msg('[x] a\n\n- [x](https://a.example.com/)\n- `[ ] b`'),
      '[x] a\n\n• x (https://a.example.com/)\n• [ ] b',
    ],
    ['in code', msg('```\n- [x] a\n```'), '- [x] a'],
  ],
  'notes of GitHub': [
    ['two', msg('> [!NOTE]\n> Dry it.\n\n> [!WARNING]\n> Hot.'), 'Note\nDry it.\n\nWarning\nHot.'],
    ['no note', msg('[!NOTE] a'), '[!NOTE] a'],
  ],
  'numbers of a list': [
    ['with a gap', msg('1. A\n2. B\n10. C'), '1. A\n2. B\n\n10. C'],
    ['of dates', msg('24. April\n2. May'), '24. April\n\n2. May'],
    ['all equal', msg('1. A\n1. B\n1. C'), '1. A\n2. B\n3. C'],
    ['with brackets', ac(say('3) A\n5) B')), '3. A\n\n5. B'],
    ['within an item', msg('- a\n  1. b\n  3. c'), '• a\n  1. b\n  3. c'],
  ],
  'marks without blanks around them': [
    ['Chinese', hero({ title: 'T', text: '请注意**“重要”**的事' }), 'T\n请注意“重要”的事'],
    ['Japanese', msg('これは**「太字」**です'), 'これは「太字」です'],
  ],
  'raised and lowered numbers': [
    ['powers', msg('10<sup>-3</sup> m<sup>2</sup>'), '10⁻³ m²'],
    ['indices', hero({ title: 'T', text: 'H<sub>2</sub>O' }), 'T\nH₂O'],
    ['words', msg('1<sup>st</sup>'), '1st'],
  ],
  'signs of arithmetic': [
    ['between digits', msg('5*3*2 = 30'), '5*3*2 = 30'],
    ['of a power', msg('2**3**2'), '2**3**2'],
    ['around a word', msg('a *b* c'), 'a b c'],
    ['beside code', msg('5*3*2 `4*3*2`'), '5*3*2 4*3*2'],
  ],
  'a question and its buttons': [
    [
      'in two parts',
      { ...msg('Sure?'), ...hero({ buttons: [{ type: 'imBack', title: 'Yes', value: 'y' }] }) },
      'Sure?\n- Yes',
      [],
    ],
    [
      'as suggested actions without types',
      { ...msg('Sure?'), suggestedActions: [{ title: 'Yes', value: 'y' }, 'No'] },
      'Sure?\n- Yes\n- No',
      [],
    ],
    [
      'a web address without a type',
      hero({ title: 'A', buttons: [{ title: 'B', value: 'https://example.com/' }] }),
      'A\nB: https://example.com/',
      [],
    ],
  ],
  'cards of Office': [
    [
      'with sections and actions',
      office({
        '@type': 'MessageCard',
        themeColor: 'FF0000',
        summary: 'S',
        title: 'Build failed',
        text: 'On **main**',
        sections: [
          {
            activityTitle: '*Ann*',
            activitySubtitle: 'today',
            activityImage: 'https://cdn.example.com/a.png',
            facts: [{ name: 'Branch', value: 'main' }],
            text: 'Done',
            markdown: true,
          },
        ],
        potentialAction: [
          {
            '@type': 'OpenUri',
            name: 'View',
            targets: [{ os: 'default', uri: 'https://shop.example.com/v' }],
          },
          { '@type': 'ViewAction', name: 'Log', target: ['https://shop.example.com/log'] },
          { '@type': 'HttpPOST', name: 'Retry', target: 'https://shop.example.com/retry' },
        ],
      }),
      'Build failed\nOn main\nPicture\nAnn\n\ntoday\n\nDone\nBranch: main\nView: https://shop.example.com/v\nLog: https://shop.example.com/log',
    ],
    ['with nothing but a summary', office({ summary: 'Build failed' }), 'Build failed', []],
  ],
  'cards of other kinds': [
    [
      'an unknown one',
      file({ contentType: 'application/vnd.acme', content: { title: 'A', text: 'b' } }),
      'A\nb',
      ['$.attachments[0].content: read as a hero card'],
    ],
    [
      'an Adaptive Card under another type',
      file({ contentType: 'application/json', content: { type: 'AdaptiveCard', body: [say('A')] } }),
      'A',
      [],
    ],
    ['JSON text', card('hero', '{"title":"A"}'), 'A', []],
    [
      'one that cannot be read',
      hero({ title: new Map() }),
      unshown,
      ['$.attachments[0].content.title: left out: the'],
    ],
    [
      'an Adaptive Card that asks to sign in',
      adaptive({
        type: 'AdaptiveCard',
        authentication: {
          text: 'Sign in, please.',
          buttons: [{ type: 'signin', title: 'Go', value: 'https://example.com/' }],
        },
      }),
      'Sign in, please.\nGo: https://example.com/',
    ],
    ['a picture without a type', file({ contentUrl: 'https://cdn.example.com/a.png' }), 'Picture', []],
    [
      'a picture of the type image',
      file({ contentType: 'image', contentUrl: 'https://cdn.example.com/a' }),
      'Picture',
      [],
    ],
    [
      'an animation and its poster',
      card('animation', {
        title: 'A',
        image: { url: 'https://cdn.example.com/p.png' },
        media: [{ url: 'https://cdn.example.com/a.gif' }],
      }),
      'A',
      ['$.attachments[0].content.image: left out'],
    ],
    [
      'the poster of an animation that cannot be shown',
      card('animation', {
        image: { url: 'https://cdn.example.com/p.png', alt: 'P' },
        media: [{ url: 'http://cdn.example.com/a.gif' }],
      }),
      'P\nPicture: http://cdn.example.com/a.gif',
    ],
    [
      'values that JSON has another form for',
      hero({
        title: undefined,
        buttons: [
          undefined,
          { type: 'postBack', title: 'A', value: { on: new Date(0), at: new URL('https://a.example.com/') } },
          { type: 'postBack', title: 'B', value: { rate: Number.NaN, max: Number.POSITIVE_INFINITY } },
        ],
      }),
      '- A\n- B',
      ['$.attachments[0].content.buttons[0]: left out'],
    ],
  ],
  'pictures beside rows': [
    [
      'above their captions',
      ac(
        columns(column([picture('a')]), column([picture('b')])),
        columns(column([say('A')]), column([say('B')])),
        say('end'),
      ),
      'a\nA\nb\nB\nend',
    ],
    [
      'above fewer texts',
      ac(columns(column([picture('a')]), column([picture('b')])), columns(column([say('A')]))),
      'a\nb\nA',
    ],
    [
      'between columns',
      ac(
        columns(
          column([say('From'), say('SFO')]),
          column([picture('plane')]),
          column([say('To'), say('AMS')]),
        ),
      ),
      'From · To\nSFO · AMS\nplane',
    ],
    [
      'before columns',
      ac(columns(column([picture('cup')]), column([say('Cup')]), column([say('10 €')]))),
      'cup\nCup · 10 €',
    ],
    [
      'in cells',
      ac({
        ...table(
          {
            type: 'TableRow',
            cells: [{ type: 'TableCell', items: [picture('cup')] }, ...cells('Cup', '1 €')],
          },
          {
            type: 'TableRow',
            cells: [{ type: 'TableCell', items: [picture('jug')] }, ...cells('Jug', '2 €')],
          },
        ),
      }),
      'cup\nCup · 1 €\njug\nJug · 2 €',
    ],
    [
      'by which a row is clicked',
      ac({
        ...columns(column([picture('cup')]), column([say('Cup')])),
        selectAction: { type: 'Action.Submit', data: { a: 1 } },
      }),
      'cup\nCup\n- Cup',
    ],
  ],
  'vanishing text': [
    ...['2026.', '1)', '#', '##', '>', '-', '*', '---', '***', '```', '~~~', '[Status]: shipped'].flatMap(
      (text): Row[] => [
        [`${text} as a message`, msg(text), text],
        [`${text} on a card`, hero({ text }), text],
        [`${text} between others`, ac(say('A'), say(text), say('B')), `A\n\n${text}\n\nB`],
        [`${text} as a title`, ac(say(text, { style: 'heading' })), text],
      ],
    ),
    ['a definition before a text', msg('[Order 5]: x\nNext'), '[Order 5]: x\n\nNext'],
  ],
  'pictures in Markdown': [
    ['without words', msg('![](https://a.example.com/q.png)'), 'Picture (https://a.example.com/q.png)'],
    [
      'without words, in German',
      { ...msg('![](https://a.example.com/q.png)'), locale: 'de-DE' },
      'Bild (https://a.example.com/q.png)',
    ],
    ['with words', msg('![QR](https://a.example.com/q.png)'), 'QR (https://a.example.com/q.png)'],
    [
      'in a link',
      msg('[![](https://a.example.com/q.png)](https://a.example.com/x)'),
      'Picture (https://a.example.com/x)',
    ],
    [
      'of an address that is not secure',
      msg('![](http://a.example.com/q.png)'),
      'Picture (http://a.example.com/q.png)',
    ],
    ['with its bytes', msg('![](data:image/png;base64,AAAA)'), 'Picture'],
    [
      'as a tag',
      hero({ title: 'T', text: '<img src="https://a.example.com/q.png">' }),
      'T\nPicture (https://a.example.com/q.png)',
    ],
    ['a link without words', msg('[](https://a.example.com/x)'), 'https://a.example.com/x'],
  ],
  'links in Markdown': [
    ['a name', msg('[John.Doe](https://example.com/d)'), 'John.Doe (https://example.com/d)'],
    ['a product', msg('[ASP.NET](https://example.com/d)'), 'ASP.NET (https://example.com/d)'],
    ['a file', msg('[photos.zip](https://example.com/d)'), 'photos.zip (https://example.com/d)'],
    ['another host', msg('[bank.com](https://example.com/d)'), 'bank.com'],
    ['http', msg('[Shop](http://example.com/s) here'), 'Shop (http://example.com/s) here'],
    [
      'http, in XML',
      { ...msg('<a href="http://example.com/s">Shop</a>'), textFormat: 'xml' },
      'Shop (http://example.com/s)',
    ],
    ['a port', msg('[Shop](https://example.com:8443/s)'), 'Shop (https://example.com:8443/s)'],
    ['a private host', msg('[Shop](http://intranet/s)'), 'Shop'],
    ['a script', msg('[Shop](javascript:alert(1))'), 'Shop'],
    ['blanks', msg('[Bill](<https://example.com/a b>)'), 'Bill (https://example.com/a%20b)'],
  ],
  'XML and HTML': [
    ...(
      [
        [
          'a link with a target',
          '<a href="https://example.com/1" target="_blank">one</a>',
          'one (https://example.com/1)',
        ],
        [
          'a link with the address last',
          "<a target=_blank href='https://example.com/1'><b>one</b></a> two",
          'one (https://example.com/1) two',
        ],
        ['a link without quotes', '<A HREF=https://example.com/1>one</A>', 'one (https://example.com/1)'],
        [
          'a list and a link',
          '<ul><li>one</li><li>two</li></ul><a href="https://example.com/1">x</a>',
          '• one\n• two\n\nx (https://example.com/1)',
        ],
        ['a numbered list', '<ol><li>one<li>two</ol>', '1. one\n2. two'],
        ['paragraphs', '<p>one</p><p>two</p>', 'one\n\ntwo'],
        ['lines', 'one<br>two<br/>three', 'one\ntwo\nthree'],
        ['a heading', '<h2>Head</h2>text', 'Head\n\ntext'],
        [
          'a table',
          '<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>',
          'a · b\n\nc · d',
        ],
        ['a mention', 'Hi <at>Bob</at>', 'Hi Bob'],
        ['marks', '<b>a</b> <i>b</i> <span style="color:red">c</span>', 'a b c'],
        ['a script', '<script>alert(1)</script>one', 'one'],
        ['what is no tag', 'Hello <John>, a < b', 'Hello <John>, a < b'],
        ['what is no tag, beside one', '<b>Hello</b> <John>, if (a<b)', 'Hello <John>, if (a<b)'],
        ['a letter in brackets', 'a <b or c> d', 'a <b or c> d'],
        ['entities', 'a &amp; b &lt;c&gt; <b>&euro;</b>', 'a & b <c> €'],
      ] satisfies [string, string, string][]
    ).flatMap(([what, text, shown]): Row[] => [
      [`${what}, in XML`, { ...msg(text), textFormat: 'xml' }, shown],
      [`${what}, in a message`, msg(text), shown],
      [`${what}, on a card`, hero({ title: 'T', text }), `T\n${shown}`],
      [`${what}, in an Adaptive Card`, ac(say(text)), shown],
    ]),
    ['in a title', hero({ title: '<b>A</b> &amp; <John>', text: 'x' }), 'A & <John>\nx'],
    [
      'in a label',
      hero({ title: 'A', buttons: [{ type: 'imBack', title: '<b>Go</b>', value: 'g' }] }),
      'A\n- Go',
    ],
    [
      'in a fact',
      ac(facts('<b>a</b>', '<a href="https://example.com/1">b</a>')),
      'a: b (https://example.com/1)',
    ],
    ['with Markdown', msg('**a** <b> b </b>c\n- one\n- <i>two</i>'), 'a b c\n\n• one\n• two'],
    ['as code', msg('`List<T>` and `<b>x</b>`'), 'List<T> and <b>x</b>'],
    [
      'nested deeper than anybody writes',
      msg(`${'<b>'.repeat(60)}x${'</b>'.repeat(60)}`),
      `${'<b>'.repeat(60)}x${'</b>'.repeat(60)}`,
    ],
  ],
  http: [
    [
      'a button',
      hero({ title: 'A', buttons: [open('Shop', 'http://example.com/s')] }),
      'A\nShop: http://example.com/s',
    ],
    [
      'a button with a colon',
      hero({ title: 'A', buttons: [open('Shop:', 'http://example.com/s')] }),
      'A\nShop: http://example.com/s',
    ],
    [
      'an action',
      actions({ type: 'Action.OpenUrl', title: 'Go', url: 'http://example.com/s' }),
      'A\n\nGo: http://example.com/s',
    ],
    ['a tap', hero({ title: 'A', tap: open('Map', 'http://example.com/s') }), 'A\nMap: http://example.com/s'],
    [
      'a suggested action',
      { ...msg('x'), suggestedActions: { actions: [open('Map', 'http://example.com/s')] } },
      'x\n\nMap: http://example.com/s',
    ],
    [
      'a file',
      file({ contentType: 'application/pdf', contentUrl: 'http://example.com/a b', name: 'Bill' }),
      'Bill: http://example.com/a%20b',
    ],
    [
      'a film',
      card('video', { title: 'V', media: [{ url: 'http://example.com/v.mp4' }] }),
      'V\nPlay: http://example.com/v.mp4',
    ],
    [
      'a sign-in',
      card('signin', {
        text: 'A',
        buttons: [{ type: 'signin', title: 'In', value: 'http://example.com/s' }],
      }),
      'A\n\nIn: http://example.com/s',
    ],
    [
      'a picture',
      hero({ title: 'A', images: [{ url: 'http://example.com/s', alt: 'Map' }] }),
      'Map: http://example.com/s\nA',
    ],
    [
      'a picture without words',
      ac({ type: 'Image', url: 'http://example.com/s' }),
      'Picture: http://example.com/s',
    ],
    [
      'an address without a scheme',
      hero({ title: 'A', buttons: [open('Shop', 'www.example.com/s')] }),
      'A\nShop: www.example.com/s',
    ],
    [
      'a port',
      hero({ title: 'A', buttons: [open('Shop', 'https://example.com:8443/s')] }),
      'A\nShop: https://example.com:8443/s',
    ],
    ['a private host', hero({ title: 'A', buttons: [open('Shop', 'http://10.0.0.1/s')] }), 'A'],
    ['a script', hero({ title: 'A', buttons: [open('Shop', 'javascript:alert(1)')] }), 'A'],
  ],
  blanks: [
    [
      'of a file',
      file({ contentType: 'application/pdf', contentUrl: 'https://example.com/a b/c.pdf', name: 'Bill' }),
      'Bill: https://example.com/a%20b/c.pdf',
    ],
    [
      'of a button',
      hero({ title: 'A', buttons: [open('B', ' https://example.com/a b?c d\n')] }),
      'A\nB: https://example.com/a%20b?c%20d',
    ],
    ['of a picture', ac({ type: 'Image', url: 'https://example.com/a b.png', altText: 'Map' }), 'Map', []],
    [
      'and other characters',
      hero({ title: 'A', buttons: [open('B', 'https://example.com/"a"<b>')] }),
      'A\nB: https://example.com/%22a%22%3Cb%3E',
    ],
    [
      'a line break within',
      hero({ title: 'A', buttons: [open('B', 'https://example.com/a\nb')] }),
      'A\nB: https://example.com/ab',
    ],
    [
      'a backslash',
      hero({ title: 'A', buttons: [open('B', 'https://example.com\\a')] }),
      'A\nB: https://example.com/a',
    ],
    [
      'a file that cannot be opened is named',
      file({ contentType: 'application/pdf', contentUrl: 'file:///c:/bill.pdf', name: 'bill.pdf' }),
      'bill.pdf',
    ],
    [
      'a file without an address is named',
      file({ contentType: 'application/pdf', name: 'bill.pdf' }),
      'bill.pdf',
    ],
  ],
  'data addresses': [
    ['a picture', ac({ type: 'Image', url: bytes }), noPicture],
    ['a picture with words', ac({ type: 'Image', url: bytes, altText: 'Logo' }), 'Logo'],
    ['a picture that is called as its file', ac({ type: 'Image', url: bytes, altText: 'qr.png' }), noPicture],
    ['an attachment', file({ contentType: 'image/png', contentUrl: bytes, name: 'logo.png' }), noPicture],
    [
      'an attachment with its content',
      file({ contentType: 'image/png', content: 'AAAA', name: 'logo.png' }),
      noPicture,
    ],
    [
      'of more bytes than a message may have',
      hero({ title: 'A', images: [{ url: `${bytes.slice(0, -1)}${'A'.repeat(400_000)}` }] }),
      `${noPicture}\nA`,
    ],
    [
      'a file of more bytes than a message may have',
      file({
        contentType: 'application/pdf',
        contentUrl: `data:application/pdf;base64,${'A'.repeat(400_000)}`,
        name: 'bill.pdf',
      }),
      'bill.pdf',
    ],
    ['of a hero card', hero({ title: 'A', images: [{ url: bytes }] }), `${noPicture}\nA`],
    ['of an animation', card('animation', { title: 'A', media: [{ url: bytes }] }), `${noPicture}\nA`],
    [
      'in German',
      { ...ac({ type: 'Image', url: bytes }), locale: 'de_DE' },
      'Ein Bild kann hier nicht gezeigt werden.',
    ],
  ],
  'text files': [
    ['Markdown', file({ contentType: 'text/markdown', content: '# A\n- **b**' }), 'A\n\n• b'],
    ['Markdown, as others call it', file({ contentType: 'text/x-markdown', content: '**b**' }), 'b'],
    ['plain', file({ contentType: 'text/plain', content: 'a *b*\nc' }), 'a *b*\nc'],
    [
      'plain, with its coding',
      file({ contentType: 'text/plain; charset=utf-8', content: 'a', name: 'a.txt' }),
      'a',
    ],
    ['HTML', file({ contentType: 'text/html', content: '<b>a</b> b' }), 'a b'],
    ['a table', file({ contentType: 'text/csv', content: 'a,b\n1,2' }), 'a,b\n1,2'],
    [
      'in its address',
      file({ contentType: 'text/plain', contentUrl: 'data:text/plain;base64,SGVsbG8=' }),
      'Hello',
    ],
    [
      'by its address',
      file({ contentType: 'text/plain', contentUrl: 'https://example.com/a.txt', name: 'a.txt' }),
      'a.txt: https://example.com/a.txt',
    ],
  ],
  colons: [
    [
      'of facts',
      ac({
        type: 'FactSet',
        facts: [
          { title: 'Order:', value: '5' },
          { title: 'Sum : ', value: '7' },
        ],
      }),
      'Order: 5\nSum: 7',
    ],
    ['of a receipt', card('receipt', { facts: [{ key: 'Order:', value: '5' }] }), 'Order: 5'],
    ['of a table', ac(table(row('Order:', '5'))), 'Order: 5'],
    [
      'of columns',
      ac(columns(column([say('Order:'), say('Date:')]), column([say('5'), say('Monday')]))),
      'Order: 5\n\nDate: Monday',
    ],
    [
      'of a button',
      hero({ title: 'A', buttons: [open('Site:', 'https://example.com/s')] }),
      'A\nSite: https://example.com/s',
    ],
  ],
  'labels of buttons': [
    ['data without a title', actions({ type: 'Action.Submit', data: { a: 1 } }), 'A\n- OK'],
    ['a text without a title', actions({ type: 'Action.Submit', data: 'yes' }), 'A\n- yes'],
  ],
  silence: [
    [
      'a field with its own action',
      ac({
        type: 'Input.Text',
        id: 'a',
        label: 'Search',
        inlineAction: { type: 'Action.Submit', title: 'Go', data: { a: 1 } },
      }),
      'Search\n- Go',
    ],
    ['a message whose text is none', { text: { a: 1 } }, unshown, ['$.text: left out', '$: no part']],
    [
      'a checkbox with a label',
      ac({ type: 'Input.Toggle', id: 'a', label: 'Terms', title: 'I agree' }),
      'Terms\n\nI agree',
    ],
    [
      'a message that is spoken only',
      { speak: '<speak version="1.0">Hello <break/> there</speak>' },
      'Hello there',
      [],
    ],
    ['last words', { type: 'endOfConversation', text: 'Bye' }, 'Bye', []],
    ['a field', ac({ type: 'Input.Text', id: 'a' }), unshown],
    ['nothing', ac(), unshown],
    ['an empty hero card', hero({}), unshown],
    ['an unknown attachment', file({ contentType: 'application/x-acme', content: { a: 1 } }), unshown],
    ['no attachment at all', { attachments: ['x', null, 5] }, unshown],
    ['a hidden text', ac(say('A', hidden)), unshown],
    ['an unknown element', ac({ type: 'Acme' }), unshown],
    [
      'suggested actions that nothing stands for',
      { suggestedActions: { actions: [{ type: 'openApp', title: 'X' }] } },
      unshown,
    ],
    [
      'in German',
      { ...ac({ type: 'Input.Text', id: 'a' }), locale: 'de-AT' },
      'Diese Nachricht kann hier nicht gezeigt werden.',
    ],
    ['a field beside a text', ac(say('A'), { type: 'Input.Text', id: 'a' }), 'A'],
    ['a message without content', {}, ''],
  ],
  'cards that would be opened': [
    [
      'an empty one',
      actions({ type: 'Action.ShowCard', title: 'More', card: { type: 'AdaptiveCard', body: [] } }),
      'A',
    ],
    [
      'one with a hidden text',
      actions({
        type: 'Action.ShowCard',
        title: 'More',
        card: { type: 'AdaptiveCard', body: [say('B', hidden)] },
      }),
      'A',
    ],
    [
      'one with a field',
      actions({
        type: 'Action.ShowCard',
        title: 'More',
        card: { type: 'AdaptiveCard', body: [{ type: 'Input.Text', id: 'a' }] },
      }),
      'A',
    ],
    ['none', actions({ type: 'Action.ShowCard', title: 'More' }), 'A'],
    [
      'one with a text',
      actions({ type: 'Action.ShowCard', title: 'More', card: { type: 'AdaptiveCard', body: [say('B')] } }),
      'A\nMore\nB',
    ],
  ],
};

for (const [kind, some] of Object.entries(rows)) {
  describe(`foreign cards: ${kind}`, () => {
    for (const [what, activity, text, changes] of some) {
      it(what, () => {
        const found = replyMessages({ type: 'message', ...activity }, anyPublicHost);
        assert.equal(found.texts.join('\n'), text);
        if (changes === undefined) return;
        const told = found.changes.map((change) => `${change.path}: ${change.what}`);
        assert.equal(told.length, changes.length, told.join('\n'));
        for (const [i, beginning] of changes.entries()) assert.ok(told[i]?.startsWith(beginning), told[i]);
      });
    }
  });
}

describe('foreign cards: a choice that is sent by a button for Teams', () => {
  const sent: [what: string, data: unknown, payload: unknown][] = [
    [
      'messageBack with a text',
      { msteams: { type: 'messageBack', text: 'picked' } },
      { text: 'picked', size: 's' },
    ],
    [
      'messageBack with a value',
      { msteams: { type: 'messageBack', text: 'x', value: { a: 1 } } },
      { a: 1, size: 's' },
    ],
    ['imBack', { msteams: { type: 'imBack', value: 'picked' } }, { text: 'picked', size: 's' }],
    ['data that is a text', 'picked', { data: 'picked', size: 's' }],
    ['data', { a: 1 }, { a: 1, size: 's' }],
  ];
  for (const [what, data, payload] of sent) {
    it(what, () => {
      const choices = [
        { title: 'Small', value: 's' },
        { title: 'Large', value: 'l' },
      ];
      const body = [say('Size?'), { type: 'Input.ChoiceSet', id: 'size', choices }];
      const content = { type: 'AdaptiveCard', body, actions: [{ type: 'Action.Submit', title: 'OK', data }] };
      const [message] = replyMessages({ type: 'message', ...adaptive(content) }, anyPublicHost).messages;
      const [first] = message?.type === 'Structured' ? message.content : [];
      assert.ok(first?.contentType === 'QuickReply');
      assert.deepEqual(JSON.parse(first.quickReply.payload), payload);
    });
  }
});

/** What a customer sees of a message: `text`, `[title|description|picture|<button>]`, carousels and `(quick reply)`. */
function seen(activity: Activity): string[] {
  const cardOf = ({ title, description, image, actions }: GenesysCard): string =>
    `[${[title, description, ...(image === undefined ? [] : ['picture']), ...actions.map(({ text }) => `<${text}>`)].join('|')}]`;
  return replyMessages({ type: 'message', ...activity }, anyPublicHost).messages.map((message) => {
    if (message.type === 'Text') return message.text;
    return message.content
      .map((one) => {
        if (one.contentType === 'Card') return cardOf(one.card);
        if (one.contentType === 'Carousel') return one.carousel.cards.map(cardOf).join(' ');
        return `(${one.quickReply.text})`;
      })
      .join(' ');
  });
}

describe('foreign cards: layout is meaning', () => {
  const fruit = (name: string, price: string, type = 'Container') => ({
    type,
    items: [say(name), picture(name), say(price)],
  });
  const buy = { type: 'ActionSet', actions: [{ type: 'Action.Submit', title: 'Buy', data: { a: 1 } }] };
  const answer = (altText: string) =>
    picture(altText, { selectAction: { type: 'Action.Submit', title: altText, data: { altText } } });
  const heroes = (count: number): Activity => ({
    attachmentLayout: 'carousel',
    attachments: Array.from({ length: count }, (_, i) => ({
      contentType: 'application/vnd.microsoft.card.hero',
      content: {
        title: `T${i}`,
        text: 'x',
        images: [{ url: 'https://a.example.com/p.png' }],
        buttons: [open('B', 'https://a.example.com')],
      },
    })),
  });
  const long = `Your order has shipped. ${'It will arrive at your door on Monday. '.repeat(4)}`.trim();
  const endless = 'It will arrive at your door on Monday and '.repeat(4).trim();
  const layouts: [what: string, activity: Activity, seen: string[]][] = [
    [
      'containers are a carousel',
      ac(fruit('Apple', '1 €'), fruit('Pear', '2 €')),
      ['[Apple|1 €|picture] [Pear|2 €|picture]'],
    ],
    ['a container alone is a card', ac(fruit('Apple', '1 €')), ['[Apple|1 €|picture]']],
    [
      'containers between texts',
      ac(say('Fruit'), fruit('Apple', '1 €'), fruit('Pear', '2 €'), say('Bye')),
      ['Fruit', '[Apple|1 €|picture] [Pear|2 €|picture]', 'Bye'],
    ],
    [
      'containers in a container',
      ac({ type: 'Container', items: [fruit('Apple', '1 €'), fruit('Pear', '2 €')] }),
      ['[Apple|1 €|picture] [Pear|2 €|picture]'],
    ],
    [
      'containers that are separated',
      ac(fruit('Apple', '1 €'), { ...fruit('Pear', '2 €'), separator: true }),
      ['[Apple|1 €|picture] [Pear|2 €|picture]'],
    ],
    [
      'containers with buttons',
      ac({ type: 'Container', items: [say('Apple'), buy] }, { type: 'Container', items: [say('Pear'), buy] }),
      ['[Apple||<Buy>] [Pear||<Buy (2)>]'],
    ],
    [
      'containers with different things are cards of their own',
      ac(fruit('Apple', '1 €'), { type: 'Container', items: [say('Pear'), picture('Pear'), buy] }),
      ['[Apple|1 €|picture]', '[Pear||picture|<Buy>]'],
    ],
    [
      'containers with texts only are texts',
      ac({ type: 'Container', items: [say('A')] }, { type: 'Container', items: [say('B')] }),
      ['A\n\nB'],
    ],
    [
      'columns with pictures between texts',
      ac(columns(fruit('Apple', '1 €', 'Column'), fruit('Pear', '2 €', 'Column'))),
      ['[Apple|1 €|picture] [Pear|2 €|picture]'],
    ],
    [
      'a picture beside texts',
      ac(columns(column([picture('Logo')]), column([say('Acme'), say('Order 5')]))),
      ['[Acme|Order 5|picture]'],
    ],
    [
      'rows of a picture beside texts',
      ac(...['A', 'B'].map((name) => columns(column([picture(name)]), column([say(name), say('x')])))),
      ['[A|x|picture] [B|x|picture]'],
    ],
    [
      'a text right before each picture',
      ac(say('Apple'), picture('Apple'), say('Pear'), picture('Pear')),
      ['[Apple||picture]', '[Pear||picture]'],
    ],
    [
      'texts around each picture',
      ac(say('Apple'), picture('Apple'), say('1 €'), say('Pear'), picture('Pear'), say('2 €')),
      ['[Apple|1 €|picture]', '[Pear|2 €|picture]'],
    ],
    [
      'a text right behind each picture',
      ac(picture('Apple'), say('Apple'), picture('Pear'), say('Pear')),
      ['[Apple||picture]', '[Pear||picture]'],
    ],
    [
      'pictures of a set',
      ac({ type: 'ImageSet', images: [picture('A'), picture('B')] }),
      ['[A||picture] [B||picture]'],
    ],
    ['a set of one picture', ac({ type: 'ImageSet', images: [picture('A')] }), ['[A||picture]']],
    [
      'pictures that follow each other',
      ac(say('x'), picture('A'), picture('B')),
      ['x', '[A||picture] [B||picture]'],
    ],
    [
      'pictures that answer',
      ac(say('Rate us'), { type: 'ImageSet', images: [answer('Good'), answer('Bad')] }),
      ['[Rate us||<Good>|<Bad>]'],
    ],
    [
      'pictures in columns that answer',
      ac(say('Rate us'), columns(column([answer('Good')]), column([answer('Bad')]))),
      ['[Rate us||<Good>|<Bad>]'],
    ],
    [
      'many pictures that answer',
      ac(say('Rate us'), { type: 'ImageSet', images: ['1', '2', '3', '4', '5', '6'].map(answer) }),
      ['(1) (2) (3) (4) (5) (6)'],
    ],
    [
      'pages',
      ac({
        type: 'Carousel',
        pages: [
          { type: 'CarouselPage', items: [say('A'), say('x')] },
          { type: 'CarouselPage', items: [say('B')] },
        ],
      }),
      ['[A|x] [B|]'],
    ],
    [
      'a long text with a button',
      hero({ text: long, buttons: [open('B', 'https://a.example.com')] }),
      [`[Your order has shipped.|${long.slice(24)}|<B>]`],
    ],
    [
      'a long sentence with a button',
      hero({ text: endless, buttons: [open('B', 'https://a.example.com')] }),
      [endless, '[B||<B>]'],
    ],
    [
      'a long text under a title',
      hero({ title: 'T', text: long, buttons: [open('B', 'https://a.example.com')] }),
      [`[T|${long}|<B>]`],
    ],
  ];
  for (const [what, activity, expected] of layouts) {
    it(what, () => assert.deepEqual(seen(activity), expected));
  }

  it('ten cards are one carousel', () => {
    assert.deepEqual(
      [1, 5, 10, 11].map((count) => seen(heroes(count)).map((one) => one.split('] [').length)),
      [[1], [5], [10], [6, 5]],
    );
  });

  it('rows are never parted, on the route with a limit of 20 components', () => {
    const rowsOf = (count: number) =>
      Array.from({ length: count }, (_, i) =>
        columns(column([picture(`p${i}`)]), column([say(`t${i}`), say('x')])),
      );
    const { parts } = readBotFramework({ type: 'message', ...ac(...rowsOf(13)) });
    const cards = parts.flatMap((part) => (part.kind === 'card' ? [checkCard(part.card)] : []));
    const sizes = cards.map(({ card }) =>
      card.components
        .flatMap((one) => (one.type === 'carousel' ? one.cards : []))
        .map(({ components }) => components.length),
    );
    assert.deepEqual(sizes, [
      [2, 2, 2, 2, 2, 2, 2],
      [2, 2, 2, 2, 2, 2],
    ]);
  });
});
