import { domainToASCII, domainToUnicode } from 'node:url';
import topLevels from 'tlds' with { type: 'json' };
import { limits } from '../limits.ts';

/**
 * Which hosts addresses may lead to; undefined = any public host.
 * An entry `example.com` is exactly that host, `*.example.com` every host below it (but not itself).
 */
export interface UrlPolicy {
  /** Hosts of https links and domains of mail addresses. */
  linkHosts?: readonly string[] | undefined;
  imageHosts?: readonly string[] | undefined;
}

/** The policy where none is configured: any public host. One object for all, because caches know a policy by its identity. */
export const anyPublicHost: UrlPolicy = Object.freeze({});

/** `link`: https, mailto or tel; `image` and `video`: https only. A video is opened as a link is. */
export type UrlUse = 'link' | 'image' | 'video';

/** The address to send, or why there is none: a fixed phrase that never holds the address. */
export type UrlVerdict = { ok: true; href: string } | { ok: false; reason: string };

/** Blanks, controls, invisible characters and the characters that end an address in Markdown or HTML. */
const forbidden =
  /[\s\p{Cc}\p{Cs}\p{White_Space}\p{Default_Ignorable_Code_Point}\u061c\u200e\u200f\u2800\ufff9-\ufffb\\<>"`]/u;
/**
 * Look-alikes of the slash, the backslash and the dot, which some readers and servers take for these. A full stop behind
 * letters of its own script is a full stop.
 */
const lookAlike =
  /[\u2044\u2215\u29f8\uff0f\u2571\u27cb\u2f03\u3033\u31d3\u2100\u2101\u2105\u2106\u2216\u29f5\u29f9\ufe68\uff3c\u2024\u2025\ufe52\uff0e\ua4f8\u{10a50}]|(?<![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\u30fc\p{sc=Arabic}])[\u3002\uff61\u06d4]/u;
/** Characters that a browser may leave in an address and that other readers do not accept. */
const encodable = /['|{}^`\\]/g;
/** Letters and digits of any script: look-alikes of the dot and the slash are neither. */
const hostCharacters = /^[\p{L}\p{M}\p{N}_.\u00b7\u30fb-]+$/u;
const topLevel = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;
const privateHost =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|lan|home|corp|home\.arpa)$/;

/** Scripts that stand alone in a label; Latin goes with Chinese, Japanese and Korean as their readers are used to. */
const scripts = [
  'Latin}\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Bopomofo}\\p{sc=Hangul',
  ...[
    'Cyrillic',
    'Greek',
    'Arabic',
    'Hebrew',
    'Armenian',
    'Georgian',
    'Thai',
    'Lao',
    'Khmer',
    'Myanmar',
    'Ethiopic',
  ],
  ...[
    'Devanagari',
    'Bengali',
    'Gujarati',
    'Gurmukhi',
    'Kannada',
    'Malayalam',
    'Oriya',
    'Sinhala',
    'Tamil',
    'Telugu',
  ],
  ...['Tibetan', 'Mongolian', 'Thaana'],
].map((script) => new RegExp(`^[\\p{sc=${script}}\\p{sc=Common}\\p{sc=Inherited}]+$`, 'u'));

const refuse = (reason: string): UrlVerdict => ({ ok: false, reason });

/** Returns the host as it is sent (lower case, punycode), or the reason why it is refused. */
function checkHost(
  raw: string,
  allowed: readonly string[] | undefined,
): { host: string } | { reason: string } {
  if (!hostCharacters.test(raw))
    return { reason: 'the host has characters that a public host name does not have' };
  // Full-width letters, circled digits and the like turn into plain ones when an address is opened.
  if (raw.normalize('NFKC') !== raw.normalize('NFC')) return { reason: 'the host has look-alike characters' };
  const host = domainToASCII(raw);
  const labels = host.split('.');
  if (host.length > 253 || labels.some((label) => label === '' || label.length > 63)) {
    return { reason: 'the host is not a valid name' };
  }
  if (labels.length < 2) return { reason: 'the host needs at least two parts, such as example.com' };
  if (!topLevel.test(labels.at(-1) ?? '')) return { reason: 'the host must be a name, not a number' };
  if (privateHost.test(host)) return { reason: 'the host is not public' };
  if (host.includes('xn--')) {
    const unicode = domainToUnicode(host);
    if (/(?:^|\.)xn--/.test(unicode) || !hostCharacters.test(unicode) || domainToASCII(unicode) !== host) {
      return { reason: 'the host is not a valid name' };
    }
    if (!unicode.split('.').every((label) => scripts.some((script) => script.test(label)))) {
      return { reason: 'the host mixes alphabets' };
    }
  }
  if (allowed !== undefined && !allowed.some((entry) => isHost(host, entry))) {
    return { reason: 'the host is not on the allow-list' };
  }
  return { host };
}

function isHost(host: string, entry: string): boolean {
  if (entry.startsWith('*.')) return host.endsWith(`.${domainToASCII(entry.slice(2)) || entry.slice(2)}`);
  return host === (domainToASCII(entry) || entry);
}

function checkHttps(raw: string, hosts: readonly string[] | undefined): UrlVerdict {
  const authority = /^https:\/\/([^/?#]+)/i.exec(raw)?.[1];
  if (authority === undefined) return refuse('after https: there must be two slashes and a host');
  if (authority.includes('@')) return refuse('an address with a user name is not allowed');
  if (authority.includes('[')) return refuse('the host must be a name, not a number');
  if (authority.includes(':')) return refuse('an address with a port is not allowed');
  const checked = checkHost(authority, hosts);
  if ('reason' in checked) return refuse(checked.reason);
  const url = URL.parse(raw);
  // Both readings of the host must agree: the one that was checked and the one that a browser opens.
  if (url?.protocol !== 'https:' || url.host !== checked.host) return refuse('the address cannot be read');
  return { ok: true, href: url.href };
}

function checkMail(raw: string, hosts: readonly string[] | undefined): UrlVerdict {
  const parts = /^mailto:([a-z0-9_][a-z0-9._+-]{0,63})@([^?#@]+)(?:\?subject=([^&#?]*))?$/i.exec(raw);
  if (!parts) return refuse('a mail address must be one plain address, with nothing but a subject');
  const [, mailbox = '', domain = '', subject] = parts;
  if (/%(?:[01][\da-f]|7f)/i.test(subject ?? ''))
    return refuse('the subject of a mail has a line break or control');
  const checked = checkHost(domain, hosts);
  if ('reason' in checked) return refuse(checked.reason);
  const search = subject ? (URL.parse(`mailto:a@b.example?subject=${subject}`)?.search ?? '') : '';
  return { ok: true, href: `mailto:${mailbox}@${checked.host}${search}` };
}

function checkPhone(raw: string): UrlVerdict {
  const number = /^tel:(\+\d[\d().-]*)(;ext=\d{1,10})?$/i.exec(raw);
  const digits = number?.[1]?.replace(/\D/g, '').length ?? 0;
  if (digits < 3 || digits > 15) return refuse('a phone number must be + and 3 to 15 digits');
  return { ok: true, href: `tel:${number?.[1]}${number?.[2]?.toLowerCase() ?? ''}` };
}

/** Writes an ASCII character as `%XX`. */
export function encodePercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/**
 * Checks an address against the policy and returns it as it is to be sent: parsed, in punycode, percent-encoded (also
 * `'`, `|`, `{`, `}` and `^`, which browsers leave as they are).
 *
 * Nothing is decoded or repaired: an address that is not clearly allowed is refused. Idempotent: a returned `href` passes
 * unchanged. Nothing is ever fetched.
 */
export function checkUrl(raw: string, use: UrlUse, policy = anyPublicHost): UrlVerdict {
  if (raw.length > limits.url.max) return refuse(`the address is longer than ${limits.url.max} characters`);
  if (forbidden.test(raw)) return refuse('the address has blanks, hidden characters or one of \\ < > " `');
  const verdict = checkScheme(raw, use, policy);
  if (!verdict.ok) return verdict;
  if (lookAlike.test(raw)) return refuse('the address has look-alikes of a slash or dot');
  const href = verdict.href.replace(encodable, encodePercent);
  if (href.length > limits.url.max) return refuse(`the address is longer than ${limits.url.max} characters`);
  return { ok: true, href };
}

function checkScheme(raw: string, use: UrlUse, policy: UrlPolicy): UrlVerdict {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(raw)?.[0].toLowerCase();
  if (scheme === 'https:') return checkHttps(raw, use === 'image' ? policy.imageHosts : policy.linkHosts);
  if (use === 'image') return refuse('the address of a picture must begin with https://');
  if (use === 'video') return refuse('the address of a video must begin with https://');
  if (scheme === 'mailto:') return checkMail(raw, policy.linkHosts);
  if (scheme === 'tel:') return checkPhone(raw);
  return refuse('the address must begin with https://, mailto: or tel:');
}

/** Endings of file names that are top-level domains, too: `invoice.zip` names a file. */
const fileEndings = new Set(['zip', 'mov', 'md', 'py', 'sh', 'pl', 'ps']);
/** With the name that examples use (RFC 2606). */
const hostEndings = new Set(['example', ...topLevels.filter((name) => !fileEndings.has(name))]);
/** Products that are called like a host, in their own spelling. */
const products = new Set(['ASP.NET', 'ADO.NET', 'VB.NET', 'ML.NET', 'Json.NET', 'Paint.NET']);
/** A person's name, such as `Dr.Green`: hosts are written with a small ending, or end in `.com` and the like. */
const personName = /^(?:\p{Lu}\p{Ll}+\.)+(?!Info$)\p{Lu}\p{Ll}{3,}$/u;
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * Says whether a text shows a host that its link does not lead to; `www.` and subdomains count as the same. A text that is
 * the address itself shows no other host.
 *
 * @param href - the address of the link, as `checkUrl` returned it.
 */
export function showsAnotherHost(text: string, href: string): boolean {
  const [, web, mail] = /^(?:https:\/\/([^/?#]+)|mailto:[^@]*@([^?]+))/.exec(href) ?? [];
  const host = web ?? mail;
  return host !== undefined && namesAnotherHost(text, host) && !showsAddress(text, href);
}

function namesAnotherHost(text: string, host: string): boolean {
  const words = text
    .replace(invisible, '')
    .normalize('NFKC')
    .replaceAll('。', '.')
    .split(/[^\p{L}\p{N}\p{M}.-]+/u);
  return words.some((word) => {
    if (!word.includes('.') || products.has(word) || personName.test(word)) return false;
    const name = domainToASCII(word.replace(/^[.-]+/, '').replace(/^www\./i, '')).replace(/\.$/, '');
    return isHostName(name) && host !== name && !host.endsWith(`.${name}`);
  });
}

/** Says whether a name ends as names of hosts do. */
export function isHostName(name: string): boolean {
  const ending = name.slice(name.lastIndexOf('.') + 1);
  return name.includes('.') && hostEndings.has(domainToUnicode(ending));
}

/**
 * Checks the address of a Markdown link by the policy and by its visible text.
 *
 * @returns the address with brackets percent-encoded, which Markdown could misread, or why there is none.
 */
export function linkTarget(url: string, text: string, policy: UrlPolicy): UrlVerdict {
  const verdict = checkUrl(url, 'link', policy);
  if (!verdict.ok) return verdict;
  if (showsAnotherHost(text, verdict.href)) return { ok: false, reason: 'its text shows another host' };
  return checkUrl(verdict.href.replace(/[()]/g, encodePercent), 'link', policy);
}

/** Says whether the text is the address itself, such as an address that ends in the name of a file. */
function showsAddress(text: string, href: string): boolean {
  return ['', 'https://', 'mailto:'].some((scheme) => {
    const verdict = checkUrl(scheme + text, 'link');
    return verdict.ok && verdict.href === href;
  });
}
