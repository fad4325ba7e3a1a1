import { z } from 'zod';
import type { Component } from '../../../card.ts';
import { isAllowed } from '../addresses.ts';
import { buttonGroups, linkButton } from '../buttons.ts';
import { pictureOf } from '../pictures.ts';
import { anything, formal, list, look, type NotShown, readFields, text } from '../readFields.ts';
import { lineOf } from '../texts.ts';
import { type AdaptiveConversion, ofEveryElement, visiblePart } from './adaptive.ts';
import { selectButtons } from './selectAction.ts';

const image = z.object({ url: text, altText: text, selectAction: anything });
const imageLooks: NotShown = {
  ...ofEveryElement,
  size: look,
  width: look,
  backgroundColor: look,
  forceLoad: formal,
  allowExpand: look,
};

/** An Image: a picture, and a button for what a click on it would do. */
export function imageOf(value: unknown, path: string, conversion: AdaptiveConversion): Component[] {
  const found = readFields(image, value, path, conversion, imageLooks);
  if (found === undefined) return [];
  const picture = pictureOf(found.url, found.altText, `${path}.url`, conversion);
  return [
    ...picture,
    ...selectButtons(found.selectAction, `${path}.selectAction`, lineOf(found.altText), conversion),
  ];
}

const imageSet = z.object({ images: list });

/** An ImageSet: its pictures. */
export function imageSetOf(value: unknown, path: string, conversion: AdaptiveConversion): Component[] {
  const set = readFields(imageSet, value, path, conversion, {
    ...ofEveryElement,
    imageSize: look,
    offset: look,
  });
  return (set?.images ?? []).flatMap((entry, i) => {
    const found = visiblePart(entry, `${path}.images[${i}]`, conversion);
    return found === undefined ? [] : imageOf(found.part, found.at, conversion);
  });
}

const media = z.object({ sources: list, poster: text, altText: text });
const source = z.object({ url: text });

/** A Media: its poster, and its first source that is allowed as a link. */
export function mediaOf(value: unknown, path: string, conversion: AdaptiveConversion): Component[] {
  const found = readFields(media, value, path, conversion, {
    ...ofEveryElement,
    captionSources: 'there is no player in the chat',
  });
  if (found === undefined) return [];
  const sources = found.sources.flatMap((entry, i) => {
    if (entry === undefined) return [];
    const at = `${path}.sources[${i}]`;
    const url = readFields(source, entry, at, conversion, { mimeType: formal })?.url;
    return url === undefined ? [] : [{ url, at }];
  });
  const chosen = sources.find(({ url }) => isAllowed(url, conversion)) ?? sources[0];
  if (sources.length > 1) conversion.note(`${path}.sources`, 'only one source is linked');
  const poster =
    found.poster === undefined ? [] : pictureOf(found.poster, found.altText, `${path}.poster`, conversion);
  const label = [conversion.words.play, lineOf(found.altText)].filter(Boolean).join(': ');
  return [
    ...poster,
    ...buttonGroups(
      [linkButton(label, chosen?.url, chosen?.at ?? `${path}.sources`, conversion)],
      path,
      conversion,
    ),
  ];
}
