import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkUrl } from '../../../cards/richText/urlPolicy.ts';
import { fc } from '../../fakes/fastCheck.ts';
import { badLinks, goodLinks } from '../corpora/urlCases.ts';

const short = (url: string): string => JSON.stringify(url.length > 60 ? `${url.slice(0, 60)}…` : url);

describe('the address policy', () => {
  for (const [raw, href] of goodLinks) {
    it(`passes ${short(raw)} as ${short(href)}`, () => {
      assert.deepEqual(checkUrl(raw, 'link'), { ok: true, href });
      assert.deepEqual(checkUrl(href, 'link'), { ok: true, href });
    });
  }

  for (const raw of badLinks) {
    it(`refuses ${short(raw)}`, () => {
      const verdict = checkUrl(raw, 'link');
      assert.equal(verdict.ok, false);
      assert.equal(checkUrl(raw, 'image').ok, false);
    });
  }

  const reasons: [raw: string, reason: string][] = [
    ['example.com', 'the address must begin with https://, mailto: or tel:'],
    ['https:example.com', 'after https: there must be two slashes and a host'],
    ['https://user@example.com/', 'an address with a user name is not allowed'],
    ['https://example.com:443/', 'an address with a port is not allowed'],
    ['https://127.0.0.1/', 'the host must be a name, not a number'],
    ['https://[::1]/', 'the host must be a name, not a number'],
    ['https://printer.local/', 'the host is not public'],
    ['https://\u0430pple.com/', 'the host mixes alphabets'],
  ];
  for (const [raw, reason] of reasons) {
    it(`says of ${raw} why not: ${reason}`, () => {
      assert.deepEqual(checkUrl(raw, 'link'), { ok: false, reason });
    });
  }

  it('gives a fixed reason without the address', () => {
    const reasons = new Set(badLinks.map((raw) => checkUrl(raw, 'link')).map((v) => (v.ok ? '' : v.reason)));
    assert.ok(reasons.size < 20);
    for (const reason of reasons) assert.match(reason, /^[a-z0-9 ,.:/+\\<>"`-]+$/i);
  });

  it('lets pictures be https only', () => {
    assert.deepEqual(checkUrl('https://cdn.example.com/a.png', 'image'), {
      ok: true,
      href: 'https://cdn.example.com/a.png',
    });
    for (const raw of [
      'mailto:a@example.com',
      'tel:+49301234',
      'data:image/png;base64,AA==',
      'http://example.com/a.png',
    ]) {
      assert.equal(checkUrl(raw, 'image').ok, false, raw);
    }
  });

  const policy = {
    linkHosts: ['example.com', '*.shop.example', 'BÜCHER.example'],
    imageHosts: ['cdn.example.com'],
  };
  const hosts: [raw: string, use: 'link' | 'image', ok: boolean][] = [
    ['https://example.com/x', 'link', true],
    ['https://EXAMPLE.com/x', 'link', true],
    ['https://www.example.com/x', 'link', false],
    ['https://notexample.com/x', 'link', false],
    ['https://example.com.evil.net/x', 'link', false],
    ['https://a.shop.example/x', 'link', true],
    ['https://a.b.shop.example/x', 'link', true],
    ['https://shop.example/x', 'link', false],
    ['https://eshop.example/x', 'link', false],
    ['https://xn--bcher-kva.example/', 'link', true],
    ['https://cdn.example.com/x.png', 'link', false],
    ['https://cdn.example.com/x.png', 'image', true],
    ['https://example.com/x.png', 'image', false],
    ['mailto:help@example.com', 'link', true],
    ['mailto:help@evil.net', 'link', false],
    ['tel:+49301234', 'link', true],
  ];
  for (const [raw, use, ok] of hosts) {
    it(`${ok ? 'finds' : 'misses'} ${raw} as a ${use} on the list of hosts`, () => {
      assert.equal(checkUrl(raw, use, policy).ok, ok);
    });
  }

  it('refuses every host when the list is empty', () => {
    assert.equal(checkUrl('https://example.com/', 'link', { linkHosts: [] }).ok, false);
  });

  it('gives only addresses that it passes unchanged and that a browser reads the same', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'https://',
        'HTTPS:',
        '//',
        'example.com',
        'bücher',
        '.example',
        '/',
        '?',
        '#',
        '@',
        ':',
        '%41',
        '%',
        '\\',
        '|',
        "'",
        '(',
        ')',
        '[',
        ']',
        '^',
        '{',
        '..',
        'mailto:',
        'tel:+49',
        '30',
        'a@b.example',
        '?subject=',
        '&',
        'ä',
        '中.中国',
        'xn--',
        '\u0430',
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.constantFrom('https://example.com', 'https://', ''),
        (parts, start) => {
          const verdict = checkUrl(start + parts.join(''), 'link');
          if (!verdict.ok) return;
          assert.deepEqual(checkUrl(verdict.href, 'link'), verdict);
          assert.match(verdict.href, /^(?:https:\/\/[a-z0-9_.-]+\/|mailto:[^@]+@[a-z0-9_.-]+|tel:\+)/i);
          assert.equal(new URL(verdict.href).href, verdict.href);
        },
      ),
    );
  });
});
