import { z } from 'zod';
import type { Component } from '../../../card.ts';
import { limits } from '../../../limits.ts';
import { isAllowed } from '../addresses.ts';
import { groupButtons, linkButton } from '../buttons.ts';
import { carouselOf } from '../fitCards.ts';
import { pictureOf } from '../pictures.ts';
import { anything, type Fields, list, readEach, readFields, text } from '../readFields.ts';
import { lineOf } from '../texts.ts';
import { selectButtons } from './actions.ts';
import { type AdaptiveConversion, keepVisiblePart, notShown } from './adaptive.ts';

const image = z.object({ url: text, altText: text, selectAction: anything });
/** An Image: a picture, and a button for its `selectAction`. */
export function imageOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const found = readFields(image, value, path, conversion, notShown);
  const picture = pictureOf(found.url, found.altText, `${path}.url`, conversion);
  return [
    ...picture,
    ...selectButtons(found.selectAction, path, lineOf(found.altText, conversion), conversion),
  ];
}

const imageSet = z.object({ images: list });

/** An ImageSet: a carousel of its pictures. */
export function imageSetOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const set = readFields(imageSet, value, path, conversion, notShown);
  const images = set.images.flatMap((entry, i) => {
    const found = keepVisiblePart(entry, `${path}.images[${i}]`, conversion);
    return found === undefined ? [] : [imageOf(found.part, found.at, conversion)];
  });
  return picturesOf(images, path, conversion) ?? images.flat();
}

/**
 * Pictures side by side: a carousel. Those that answer are the buttons of a card, or quick replies when they are many.
 * Undefined when there is anything but pictures, each with at most one button.
 */
export function picturesOf(
  cells: readonly Component[][],
  path: string,
  conversion: AdaptiveConversion,
): Component[] | undefined {
  const arePictures = cells.every(
    ([picture, button, ...more]) =>
      picture?.type === 'image' &&
      (button === undefined || button.type === 'buttonGroup') &&
      more.length === 0,
  );
  if (cells.length < 2 || !arePictures) return undefined;
  const buttons = cells.flatMap(([, group]) => (group?.type === 'buttonGroup' ? group.buttons : []));
  const answers = buttons.filter(({ action }) => action !== 'openUrl');
  if (answers.length < cells.length || answers.length > limits.quickReplies.max) return carouselOf(cells);
  conversion.note(path, 'pictures that answer are shown by their names');
  if (answers.length <= limits.buttons.max) return groupButtons(answers, path, conversion);
  return [{ type: 'quickReplies', replies: answers.map(({ label, payload }) => ({ label, payload })) }];
}

const media = z.object({ sources: list, poster: text, altText: text });
const source = z.object({ url: text });

/** A Media: its poster, and its first source that is allowed as a link. */
export function mediaOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const found = readFields(media, value, path, conversion, notShown);
  const sources = readEach(source, found.sources, `${path}.sources`, conversion, notShown).filter(
    ({ url }) => url !== undefined,
  );
  const chosen = sources.find(({ url }) => isAllowed(url, conversion)) ?? sources[0];
  if (sources.length > 1) conversion.note(`${path}.sources`, 'only one source is linked');
  const poster =
    found.poster === undefined ? [] : pictureOf(found.poster, found.altText, `${path}.poster`, conversion);
  const label = [conversion.words.play, lineOf(found.altText, conversion)].filter(Boolean).join(': ');
  return [
    ...poster,
    ...groupButtons(
      [linkButton(label, chosen?.url, chosen?.at ?? `${path}.sources`, conversion)],
      path,
      conversion,
    ),
  ];
}
