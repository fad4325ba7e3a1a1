import type { Component } from '../../card.ts';
import { checkUrl } from '../../richText/urlPolicy.ts';
import type { Conversion } from './conversion.ts';
import { encodeWrittenUrl, showAddress } from './readFields.ts';
import { joinLabel, lineOf, plainOf, shortenLine } from './texts.ts';

/** Returns an alternative text that describes its picture; the name of a file does not. */
function nameOf(altText: string | undefined, conversion: Conversion): string | undefined {
  const line = lineOf(altText, conversion);
  return line === undefined || /^\S+\.[a-z\d]{2,5}$/i.test(line) ? undefined : line;
}

/**
 * Makes a picture. When its address is not allowed, its alternative text stands for it, with an address that a customer can
 * use. A sentence stands for a picture that came as its bytes and has no alternative text.
 */
export function pictureOf(
  url: string | undefined,
  altText: string | undefined,
  path: string,
  conversion: Conversion,
  title?: string,
): Component[] {
  const verdict = checkUrl(encodeWrittenUrl(url), 'image', conversion.policy);
  if (!verdict.ok) {
    const address = showAddress(url, conversion);
    if (address !== undefined) {
      conversion.note(path, `shown as text: ${verdict.reason}`);
      return plainOf(
        joinLabel(nameOf(altText, conversion) ?? conversion.words.picture, address),
        path,
        conversion,
      );
    }
    conversion.note(path, `left out: ${verdict.reason}`);
    const isData = /^\s{0,99}data:image\//i.test(url ?? '');
    return plainOf(
      nameOf(altText, conversion) ?? (isData ? conversion.words.noPicture : undefined),
      path,
      conversion,
    );
  }
  const alt =
    shortenLine(altText, 'altText', path, conversion) ??
    shortenLine(title, 'altText', path, conversion) ??
    conversion.words.picture;
  return [{ type: 'image', url: verdict.href, altText: alt }];
}
