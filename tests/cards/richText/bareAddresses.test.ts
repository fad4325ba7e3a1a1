import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import markdownIt from 'markdown-it';
import { checkCard } from '../../../cards/checks/checkedCard.ts';
import { formatAdaptiveCard } from '../../../cards/formats/adaptiveCard.ts';
import { formatGenesysMessage } from '../../../cards/formats/genesysMessage.ts';
import { readBotFramework } from '../../../cards/readers/botFramework/fromBotFramework.ts';
import { breakAddresses } from '../../../cards/richText/bareAddresses.ts';
import { cleanMarkdown } from '../../../cards/richText/markdown.ts';
import { compileTemplate } from '../../../cards/templates/compileTemplate.ts';
import { templateFileSchema } from '../../../cards/templates/readTemplates.ts';
import { templateFile } from '../../fakes/templates.ts';

const policy = { linkHosts: ['shop.example.com', 'bücher.example', '*.wild.example.com'] };

/** Bot Framework Web Chat reads Markdown so: https://github.com/microsoft/BotFramework-WebChat, renderMarkdown. */
const webChat = markdownIt({ breaks: false, html: false, linkify: true, typographer: true, xhtmlOut: true });
/** What the Messenger links before it looks for marks. */
const messengerLink = /(?:https?:\/\/|www\.)[a-z\d-](?:[^\s<(]|\([^\s<()]*\))*/gi;

type Tokens = ReturnType<typeof webChat.parse>;

function linksIn(tokens: Tokens): string[] {
  return tokens.flatMap((token) => [
    ...(token.type === 'link_open' ? [String(token.attrGet('href'))] : []),
    ...linksIn(token.children ?? []),
  ]);
}

/** Every address that a client would make a link of, which reads Markdown or does not. */
function linked(text: string, isMarkdown: boolean): string[] {
  return [
    ...(isMarkdown
      ? linksIn(webChat.parse(text, {}))
      : (webChat.linkify.match(text) ?? []).map(({ url }) => url)),
    ...[...text.matchAll(messengerLink)].map(([url]) => url.replace(/^www\./i, 'https://www.')),
  ];
}

function foreign(text: string, isMarkdown: boolean): string[] {
  return linked(text, isMarkdown).filter((url) => {
    const { hostname, pathname, protocol } = URL.parse(url) ?? { hostname: '', pathname: '', protocol: '' };
    const host = protocol === 'mailto:' ? pathname.replace(/^.*@/, '') : hostname;
    return !/^(?:shop\.example\.com|xn--bcher-kva\.example|.*\.wild\.example\.com)$/.test(host);
  });
}

const stringsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => (key === '$schema' ? [] : stringsIn(inner)))
      : [];

const addresses = [
  ...[
    'evil.com',
    'EVIL.COM',
    'www.evil.com',
    'www.evil',
    'evil.com.',
    'evil.com/path?a=1#b',
    'evil.com:8080',
  ],
  ...[
    'https://evil.com',
    'http://evil.com/x',
    'HTTPS://EVIL.COM',
    'https://evil',
    '//evil.com',
    'ftp://evil.com/x',
  ],
  ...['203.0.113.7', 'http://203.0.113.7/', 'https://[2001:db8::1]/', 'http://3405803783/'],
  ...['bücher.com', 'xn--bcher-kva.com', 'почта.рф', '例え.com', 'evil。com', 'evil．com', 'evil\u00ad.com'],
  ...['evil.\u200bcom', 'evil\u200b.com', 'me@evil.com', 'mailto:me@evil.com', 'https://user@evil.com/'],
  ...[
    'https://shop.example.com@evil.com/',
    'https://shop.example.com:443@evil.com/',
    'shop.example.com.evil.com',
  ],
  ...['shop.example.com/www.evil.com', 'shop.example.com/https://evil.com', 'shop.example.com|evil.com'],
  ...[
    'shop.example.com,evil.com',
    'shop.example.com\\@evil.com',
    'shop.example.com…evil.com',
    'evil.com/shop.example.com',
  ],
];
const halve = (text: string, mark: string): string => {
  const middle = Math.ceil(text.length / 2);
  return `${text.slice(0, middle)}${mark}${text.slice(middle)}${mark}`;
};
const frames: readonly ((address: string) => string)[] = [
  (a) => a,
  (a) => `See ${a}, or ${a}!`,
  (a) => `(${a}) "${a}" 中${a}文`,
  (a) => `**${a}** *${a}* ~~${a}~~ a*${a}*b`,
  (a) => `\`${a}\``,
  (a) => `\`\`\`\n${a}\n\`\`\``,
  (a) => `- ${a}\n- x\n\n> # ${a}`,
  (a) => `<${a}> [${a}](https://shop.example.com/) [x](${a})`,
  (a) => halve(a, '**'),
  (a) => `${halve(a, '*')} ${halve(a, '~~')}`,
  (a) => `${a.replaceAll('.', '~~.~~')} ${a.replaceAll('.', '.~~x~~')} ${a.replaceAll('/', '`/`')}`,
  (a) => a.replaceAll('.', '&#46;').replaceAll('/', '&#47;'),
  (a) => a.replaceAll(/[.:/@]/g, '\\$&'),
];
const texts = addresses.flatMap((address) => frames.map((frame) => frame(address)));

/** The foreign addresses that clients link of a text, wherever in a card it stands and on every route. */
function foreignOf(text: string): string[] {
  const line = text.replaceAll('\n', ' ').slice(0, 50);
  const components = [
    { type: 'header', text: line },
    { type: 'body', text },
    { type: 'body', text, markdown: true },
    { type: 'facts', items: [{ label: line, value: line }] },
    { type: 'buttonGroup', buttons: [{ label: line, action: 'postback', payload: 'p' }] },
    { type: 'quickReplies', replies: [{ label: line, payload: 'q' }] },
  ];
  const templateMatrix = {
    templateId: 't',
    layoutEngine: 'flexbox',
    version: '1',
    fallbackBehavior: 'textOnly',
  };
  const checked = checkCard(
    { messageId: 'm', templateMatrix, dynamicFields: {}, components },
    { policy, text },
  );
  const said = ['markdown', 'plain', 'xml'].flatMap(
    (textFormat) => readBotFramework({ type: 'message', text, textFormat }, { policy }).parts,
  );
  const isMarkdown = (part: object): boolean => 'markdown' in part && part.markdown === true;
  const parts = [...checked.card.components, ...said];
  const { body, fallbackText } = formatAdaptiveCard(checked);
  const elements = Array.isArray(body) ? body : [];
  const isButtons = (element: unknown): boolean => JSON.stringify(element).includes('ActionSet');
  const plain = [
    elements.filter(isButtons),
    parts.filter((part) => !isMarkdown(part)),
    checked.text,
    formatGenesysMessage(checked).messages,
  ];
  const markdown = [
    parts.filter(isMarkdown),
    fallbackText,
    elements.filter((element) => !isButtons(element)),
  ];
  return [
    ...stringsIn(plain).flatMap((shown) => foreign(shown, false)),
    ...stringsIn(markdown).flatMap((shown) => foreign(shown, true)),
  ];
}

describe('with a list of hosts, no client links a bare address of another one', () => {
  it('in none of 500 texts, wherever they stand and on every route', () => {
    assert.ok(texts.length >= 400);
    const found = texts.flatMap((text) => {
      const links = foreignOf(text);
      return links.length === 0 ? [] : [`${links[0]} of ${text}`];
    });
    assert.deepEqual(found, []);
  });

  it('the clients link many of these without it', () => {
    const links = addresses.filter((address) => linked(address, true).length > 0);
    assert.ok(links.length >= 15, String(links.length));
  });

  const kept = [
    ...[
      'shop.example.com',
      'See (https://shop.example.com/a/b.html?c=d#e).',
      'https://www.wild.example.com/x',
    ],
    ...[
      'bücher.example',
      'me@shop.example.com',
      'mailto:me@shop.example.com',
      'At 10:45, 1.234,50 €, 23.11.2026',
    ],
    ...['z.B. a.m. 3.5 kg', 'Node.', '@anna and/or C#', 'Version 2.0.1', '"shop.example.com"!'],
  ];
  for (const text of kept) {
    it(`leaves as it is: ${text}`, () => {
      assert.equal(breakAddresses(text, policy), text);
      assert.equal(cleanMarkdown(text, policy).text, text);
    });
  }

  it('in no card that a template fills with such a text', () => {
    const bound = [
      '${note}',
      'See ${note}!',
      'https://${note}',
      '${note}.com',
      '**${note}** x',
      '${html} ${markdown}',
    ];
    for (const source of [...bound, 'https://shop.example.com/${note}']) {
      const template = templateFileSchema.parse(
        templateFile({
          overLimit: 'degrade',
          text: source,
          card: {
            components: [
              { type: 'header', text: source },
              { type: 'body', text: source },
              { type: 'body', text: source, markdown: true },
              { type: 'facts', items: [{ label: source, value: source }] },
            ],
          },
        }),
      );
      const compiled = compileTemplate(template, '', policy);
      for (const note of [
        ...addresses,
        'evil',
        '/www.evil.com',
        `${'a'.repeat(64)}.evil.com.wild.example.com`,
      ]) {
        const [card] = compiled.compose({ name: 'Ada', note, html: `<b>${note}</b>`, markdown: note });
        const links = stringsIn([card?.card.components, card?.text]).flatMap((shown) =>
          foreign(shown, false),
        );
        assert.deepEqual(links, [], `${source} with ${note}`);
      }
    }
  });

  it('breaks a text once', () => {
    for (const text of texts) {
      const { text: once } = cleanMarkdown(text, policy);
      assert.equal(cleanMarkdown(once, policy).text, once);
      assert.equal(breakAddresses(breakAddresses(text, policy), policy), breakAddresses(text, policy));
    }
  });

  it('reads as before: nothing but zero-width spaces is added', () => {
    for (const text of texts) {
      const without = (value: string): string => value.replaceAll('\u200b', '');
      assert.equal(without(breakAddresses(text, policy)), without(text));
    }
  });

  it('changes nothing where no hosts are listed', () => {
    for (const text of texts) assert.equal(breakAddresses(text, {}), text);
  });
});
