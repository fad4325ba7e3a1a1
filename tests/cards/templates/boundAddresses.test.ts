import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Json } from '../../../cards/card.ts';
import { componentsOf } from '../../fakes/templates.ts';

/** The address that a button gets of this template with this value. */
function addressOf(payload: Json, note: string): string | undefined {
  const components = componentsOf(
    [{ type: 'buttonGroup', buttons: [{ label: 'Open', action: 'openUrl', payload }] }],
    { note, link: 'https://example.com/whole?a=b' },
  );
  const [group] = components ?? [];
  return group?.type === 'buttonGroup' ? group.buttons[0]?.payload : undefined;
}

const at = 'https://shop.example.com/orders/${note}/track?ref=${note}#${note}';
const segments: [value: string, encoded: string][] = [
  ['12345', '12345'],
  ['a b', 'a%20b'],
  ['a/b', 'a%2Fb'],
  ['../../admin', '..%2F..%2Fadmin'],
  ['a?b#c&d=e+f', 'a%3Fb%23c%26d%3De%2Bf'],
  ['a%2Fb', 'a%252Fb'],
  ['a\\b"c<d>`', 'a%5Cb%22c%3Cd%3E%60'],
  ["it's|{x}^", 'it%27s%7C%7Bx%7D%5E'],
  ['\u00e4\u4e2d', '%C3%A4%E4%B8%AD'],
  ['a\uff0fb', 'a%EF%BC%8Fb'],
  ['a\r\nSet-Cookie: x', 'a%20Set-Cookie%3A%20x'],
  ['a\u0000\u202eb', 'ab'],
  ['a\ud800b', 'a%EF%BF%BDb'],
  ['@evil.example', '%40evil.example'],
  ['.evil.example', '.evil.example'],
  ['https://evil.example/', 'https%3A%2F%2Fevil.example%2F'],
  ['', ''],
];

describe('a value in an address', () => {
  for (const [value, encoded] of segments) {
    it(`${JSON.stringify(value)} is one segment`, () => {
      assert.equal(
        addressOf(at, value),
        `https://shop.example.com/orders/${encoded}/track?ref=${encoded}#${encoded}`,
      );
    });
  }

  for (const value of ['.', '..']) {
    it(`${value} cannot take the segment before it away`, () => {
      assert.throws(() => addressOf(at, value), { code: 'card.unsafeUrl', path: /payload$/ });
      assert.equal(
        addressOf('https://shop.example.com/?q=${note}', value),
        `https://shop.example.com/?q=${value}`,
      );
    });
  }

  it('that is the whole address stays an address', () => {
    assert.equal(addressOf('${link}', ''), 'https://example.com/whole?a=b');
    assert.equal(addressOf('${$root.link}', ''), 'https://example.com/whole?a=b');
    assert.throws(() => addressOf('${note}', 'javascript:alert(1)'), { code: 'card.unsafeUrl' });
  });

  it('may be a number or a mailbox, and adds nothing to one', () => {
    assert.equal(addressOf('tel:${note}', '+49301234'), 'tel:+49301234');
    assert.equal(addressOf('mailto:${note}', 'a.b@example.com'), 'mailto:a.b@example.com');
    assert.equal(addressOf('mailto:${note}@example.com?subject=x', 'a'), 'mailto:a@example.com?subject=x');
    for (const [payload, value] of [
      ['tel:${note}', '*21*49123#'],
      ['tel:${note}', '+49301234;ext=1'],
      ['mailto:${note}', 'a@example.com?subject=x'],
      ['mailto:${note}', 'a@example.com?bcc=b@example.com'],
      ['mailto:a@example.com?subject=${note}', 'x&bcc=b@example.com'],
    ] as const) {
      if (payload.includes('subject')) {
        assert.equal(addressOf(payload, value), 'mailto:a@example.com?subject=x%26bcc%3Db%40example.com');
      } else assert.throws(() => addressOf(payload, value), { code: 'card.unsafeUrl' });
    }
  });

  for (const payload of [
    'https://shop.example.com${note}',
    'https://shop.example.com${note}/x',
    'https://${note}/x',
    'https://${note}.example.com/x',
    'https://shop.${note}/x',
    'https://${note}@shop.example.com/x',
    'https:${note}',
    '${note}://shop.example.com/',
    '${note}${link}',
    '${link}/orders',
    'https://shop.example.com?q=${note}',
    '//shop.example.com/${note}',
    'http://shop.example.com/${note}',
    'javascript:${note}',
  ]) {
    it(`is refused in ${payload} when the template is loaded`, () => {
      assert.throws(() => addressOf(payload, '/x'), { code: 'template.invalid', path: /payload$/ });
      assert.throws(() => componentsOf([{ type: 'image', url: payload, altText: 'x' }], { note: '/x' }), {
        code: 'template.invalid',
        path: /url$/,
      });
    });
  }
});
