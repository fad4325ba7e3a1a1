import type { Component } from '../../card.ts';
import { checkUrl } from '../../richText/urlPolicy.ts';
import { writtenUrl } from './addresses.ts';
import type { Conversion } from './conversion.ts';
import { plainOf, shortLine } from './texts.ts';

/** A picture; when its address is not allowed, its alternative text, if it has one, says what is missing. */
export function pictureOf(
  url: string | undefined,
  altText: string | undefined,
  path: string,
  conversion: Conversion,
  title?: string,
): Component[] {
  const verdict = checkUrl(writtenUrl(url), 'image', conversion.policy);
  if (!verdict.ok) {
    conversion.note(path, `left out: ${verdict.reason}`);
    return plainOf(altText, path, conversion);
  }
  const alt =
    shortLine(altText, 'altText', path, conversion) ??
    shortLine(title, 'altText', path, conversion) ??
    conversion.words.picture;
  return [{ type: 'image', url: verdict.href, altText: alt }];
}
