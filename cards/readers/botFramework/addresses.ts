import { checkUrl } from '../../richText/urlPolicy.ts';
import type { Conversion } from './conversion.ts';

/** Returns an address as its author meant it: blanks and quotes are percent-encoded, a phone number loses its blanks. */
export function encodeWrittenUrl(url: string | undefined): string {
  const given = url?.trim().replace(/[\t\r\n]+/g, '') ?? '';
  if (/^tel:/i.test(given)) return given.replace(/(?:\s|%20)+/g, '');
  return given.replace(/[ "<>`]/g, (character) => encodeURIComponent(character)).replaceAll('\\', '/');
}

/** Says whether the policy allows a link to an address. */
export function isAllowed(url: string | undefined, conversion: Conversion): boolean {
  return checkUrl(encodeWrittenUrl(url), 'link', conversion.policy).ok;
}

/**
 * Returns an address that no link may have but that a customer can use as a text: a web address with `http:`, with a port, or
 * without a scheme before `www.`, or a phone number without its country. Undefined for any other, such as that of a private host.
 */
export function showAddress(url: string | undefined, conversion: Conversion): string | undefined {
  const address = encodeWrittenUrl(url);
  // A number without its country cannot be called from everywhere.
  const [, number] = /^tel:(\d[\d().-]{1,20})$/i.exec(address) ?? [];
  if (number !== undefined) return number;
  const secure = address
    .replace(/^(?:https?:\/\/)?(?=www\.)|^https?:\/\//i, 'https://')
    .replace(/^(https:\/\/[^/?#@:]+):\d{1,5}(?=[/?#]|$)/, '$1');
  return secure !== address && checkUrl(secure, 'link', conversion.policy).ok ? address : undefined;
}
