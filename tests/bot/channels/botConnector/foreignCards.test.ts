import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { replyMessages } from '../../../../bot/channels/botConnector/replyMessages.ts';
import { anyPublicHost } from '../../../../cards/checks/urlPolicy.ts';

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
const needs = { requires: { acme: '1' } };
const at = '$.attachments[0].content.body[0]';

const rows: Record<string, Row[]> = {
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
