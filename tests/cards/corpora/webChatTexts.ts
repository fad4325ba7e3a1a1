import { harmlessTexts } from './harmlessTexts.ts';
import { hostileTexts } from './hostileTexts.ts';
import { badLinks, goodLinks } from './urlCases.ts';

/** What Web Chat's reader of Markdown changes or links beside its marks. */
const changed: readonly string[] = [
  'https://example.com/a_b_c*d*',
  '[https://bank.example/login](https://evil.example/login)',
  '(c) (C) (r) (R) (tm) (TM) (p) §(c)§',
  '+- -- --- ---- - a--b a---b -- --5 +-5 x+-y',
  '.. ... .... ?... !... a..b',
  '????? !!!!! ?!?!?! ????',
  ',, ,,, a,,b',
  "\"double\" 'single' it's 5'10\" \"a 'b' c\" ''' \"\"\"",
  'He said: "Don\'t" -- (c) 2026 ...',
  'www.example.com',
  'WWW.EXAMPLE.COM/x',
  'a@b.c',
  'M.Sc.',
  'z.B. a.m. e.g. Node.js',
  'example.de, example.com: example.org; (example.net)',
  'mailto:a@b.example',
  'ftp://x.example/y',
  'HTTP://EXAMPLE.COM',
  '//evil.example/x',
  'http://203.0.113.7/ 203.0.113.7 http://localhost:3000/',
  'example.com:8080/x?y=1#z',
  'https://example.com/a(b)c see:https://example.com.',
  'https://example.com/?a="b"&c=\'d\' https://example.com/(c)--d...',
  'почта.рф 例え.com bücher.de xn--bcher-kva.example',
  'user.name+tag@mail.example.co.uk <user@example.com>',
  'a@b.de,c@d.de;e@f.de',
  'x_https://example.com/_y_ *https://example.com/*',
  '{aria-label="x"} {aria-label} { aria-label=x } a{ARIA-LABEL="y z"}',
  '[x]: https://evil.example/ "t"',
  '![a](https://evil.example/a.png)',
  'skype:echo sip:a@b.example tel:+49123 javascript://x.example',
  'C:\\path\\file.de \\\\server\\share.de',
  '&quot;x&quot; &copy; &#46; &hellip;',
  '\\"x\\" \\(c) a\\.de',
];

/** Some 550 texts that a customer, a shop or an attacker may write: Web Chat has to show each as it was typed. */
export const webChatTexts: readonly string[] = [
  ...harmlessTexts,
  ...hostileTexts,
  ...goodLinks.map(([raw]) => raw),
  ...badLinks,
  ...changed,
];
