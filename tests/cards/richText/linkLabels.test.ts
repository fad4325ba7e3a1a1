import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Json } from '../../../cards/card.ts';
import { checkCard } from '../../../cards/checks/checkedCard.ts';
import { readBotFramework } from '../../../cards/readers/botFramework/fromBotFramework.ts';
import { card } from '../../fakes/card.ts';
import { componentsOf } from '../../fakes/templates.ts';

const shop = 'https://shop.example.com/login';
const rows: [label: string, url: string, isOwn: boolean][] = [
  ['Track order', shop, true],
  ['shop.example.com', shop, true],
  ['example.com', shop, true],
  ['www.Example.com', shop, true],
  ['https://shop.example.com', shop, true],
  ['Node.js or invoice.pdf', shop, true],
  ['Open 9.30 a.m., Tel. 1.5', shop, true],
  ['help@example.com', 'mailto:help@example.com', true],
  ['Call +49 30 1234', 'tel:+49301234', true],
  ['Rechnung.Öffnen jetzt …', 'https://xn--ffnen-kua.de/', true],
  ...[
    ...['John.Doe', 'mary.jane', 'J.R.R. Tolkien', 'Dr.Smith', 'Dr.Green', 'John.Black', 'St.Gallen'],
    ...['ASP.NET', 'ASP.NET Core', 'Json.NET', 'Node.js', 'Version 2.0', 'e.g. this', 'End.Then on'],
    ...['invoice.pdf', 'photos.zip', 'README.md', 'setup.exe', 'deploy.sh', 'Bericht März.docx'],
  ].map((words): [string, string, boolean] => [words, shop, true]),
  ...[
    ...[
      'Booking.com',
      'socket.io',
      'BANK.COM',
      'Bank.Com',
      'Bank.Info',
      'bank.co.uk',
      'bücher.de',
      'BANK.NET',
    ],
    ...['the bank.app', 'bank.com/login', 'xn--bcher-kva.de', 'bank.online', 'Bank.Net'],
  ].map((words): [string, string, boolean] => [words, shop, false]),
  ['bank.example', shop, false],
  ['Log in at bank.example now', shop, false],
  ['https://bank.example/login', shop, false],
  ['www.bank.example', shop, false],
  ['BANK.EXAMPLE', shop, false],
  ['bank\u3002example', shop, false],
  ['bank\uff0eexample', shop, false],
  ['ba\u200dnk.example', shop, false],
  ['shop.example.com.evil.net', shop, false],
  ['other.example.com', shop, false],
  ['b\u0430nk.example', shop, false],
  ['help@bank.example', 'mailto:help@example.com', false],
];

const buttonGroup = (label: Json, payload: Json, action: Json = 'openUrl'): Json => ({
  type: 'buttonGroup',
  buttons: [{ label, action, payload }],
});
const refusal = { code: 'card.unsafeUrl', path: /\.label$/ };

describe('the label of a button', () => {
  for (const [label, url, isOwn] of rows) {
    const shown = JSON.stringify(label);
    const holds = (work: () => unknown): void => {
      if (isOwn) assert.doesNotThrow(work);
      else assert.throws(work, refusal);
    };
    it(`${shown} ${isOwn ? 'may' : 'may not'} lead to ${url}, in a raw card`, () => {
      holds(() => checkCard(card([buttonGroup(label, url)])));
    });
    it(`${shown} ${isOwn ? 'may' : 'may not'} lead to ${url}, in a template with it and as a value`, () => {
      holds(() => componentsOf([buttonGroup(label, url)], {}));
      holds(() => componentsOf([buttonGroup('${note}', url)], { note: label }));
      holds(() => componentsOf([buttonGroup(label, '${link}')], { link: url }));
      holds(() => componentsOf([buttonGroup('${note}', '${link}')], { note: label, link: url }));
      holds(() =>
        componentsOf([buttonGroup('${note}', '${link}', '${markdown}')], {
          note: label,
          link: url,
          markdown: 'openUrl',
        }),
      );
    });
    it(`${shown} ${isOwn ? 'stays' : 'gives way to Open'} on a link to ${url} of another bot`, () => {
      const hero = { buttons: [{ type: 'openUrl', title: label, value: url }] };
      const { parts, changes } = readBotFramework({
        type: 'message',
        attachments: [{ contentType: 'application/vnd.microsoft.card.hero', content: hero }],
      });
      const [part] = parts;
      assert.ok(part?.kind === 'card');
      assert.doesNotThrow(() => checkCard(part.card));
      assert.equal(JSON.stringify(part.card).includes('"Open"'), !isOwn);
      assert.equal(changes.length, isOwn ? 0 : 1);
    });
  }

  it('may name any host on a button that answers', () => {
    assert.doesNotThrow(() => checkCard(card([buttonGroup('bank.example', 'x', 'postback')])));
    assert.doesNotThrow(() =>
      componentsOf([buttonGroup('${note}', 'x', 'webchat')], { note: 'bank.example' }),
    );
  });
});
