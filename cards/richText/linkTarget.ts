import { domainToASCII, domainToUnicode } from 'node:url';
import topLevels from 'tlds' with { type: 'json' };
import { checkUrl, encodePercent, type UrlPolicy, type UrlVerdict } from './urlPolicy.ts';

/** Endings of file names that are top-level domains, too: `invoice.zip` names a file. */
const fileEndings = new Set(['zip', 'mov', 'md', 'py', 'sh', 'pl', 'ps']);
/** With the name that examples use (RFC 2606). */
const hostEndings = new Set(['example', ...topLevels.filter((name) => !fileEndings.has(name))]);
/** Products that are called like a host, in their own spelling. */
const products = new Set(['ASP.NET', 'ADO.NET', 'VB.NET', 'ML.NET', 'Json.NET', 'Paint.NET']);
/** A person's name, such as `Dr.Green`: hosts are written with a small ending, or end in `.com` and the like. */
const personName = /^(?:\p{Lu}\p{Ll}+\.)+(?!Info$)\p{Lu}\p{Ll}{3,}$/u;
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/** Printable ASCII without a dot: no name of a host, the usual case. */
const hostless = /^[ --/-~]*$/;

/**
 * Says whether a text shows a host that its link does not lead to; `www.` and subdomains count as the same. A text that is
 * the address itself shows no other host.
 *
 * @param href - what `checkUrl` gave for the link.
 */
export function showsAnotherHost(text: string, href: string): boolean {
  if (hostless.test(text)) return false;
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
function isHostName(name: string): boolean {
  const ending = name.slice(name.lastIndexOf('.') + 1);
  return name.includes('.') && hostEndings.has(domainToUnicode(ending));
}

/**
 * Checks where a Markdown link leads: by the policy, and by what its visible text says.
 *
 * @returns the address with what Markdown or HTML could trip over percent-encoded, or why there is none.
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
