import { z } from 'zod';
import type { Component } from '../../card.ts';
import { groupButtons, linkButton } from './buttons.ts';
import { readCardActionButtons } from './cardAction.ts';
import type { Conversion } from './conversion.ts';
import { pictureOf } from './pictures.ts';
import { anything, asUrl, list, readEach, readObject, text } from './readFields.ts';
import { lineOf, markdownOf, plainOf, titleOf } from './texts.ts';

const mediaCard = z.object({
  title: text,
  subtitle: text,
  text,
  image: anything,
  media: list,
  buttons: list,
});
const mediaUrl = z.object({ url: text, profile: text });
const thumbnail = z.object({ url: text, alt: text });
const noPlayer = 'there is no player in the chat';
const notShown = {
  shareable: noPlayer,
  autoloop: noPlayer,
  autostart: noPlayer,
  aspect: noPlayer,
  duration: noPlayer,
  value: noPlayer,
};
const isPicture = /^(?:data:image\/|[^?#]*\.(?:gif|png|jpe?g|webp)(?:[?#]|$))/i;

/** AnimationCard, AudioCard and VideoCard: pictures are shown, the rest opens in the browser. */
export function mediaCardOf(content: unknown, path: string, conversion: Conversion): Component[] {
  const card = readObject(mediaCard, content, path, conversion, notShown);
  if (card === undefined) return [];
  const media = readEach(mediaUrl, card.media.map(asUrl), `${path}.media`, conversion);
  const pictures = media.filter(({ url }) => isPicture.test(url ?? ''));
  const links = media.filter(({ url }) => !isPicture.test(url ?? ''));
  const given = asUrl(card.image);
  if (given !== undefined && pictures.length > 0)
    conversion.note(`${path}.image`, 'left out: the animation itself is shown');
  const image =
    given === undefined || pictures.length > 0
      ? undefined
      : readObject(thumbnail, given, `${path}.image`, conversion);
  const play = links.map(({ url, profile, at }) =>
    linkButton(
      [conversion.words.play, lineOf(profile, conversion)].filter(Boolean).join(' '),
      url,
      `${at}.url`,
      conversion,
    ),
  );
  const buttons = readCardActionButtons(card.buttons, `${path}.buttons`, conversion);
  return [
    ...(image === undefined
      ? []
      : pictureOf(image.url, image.alt, `${path}.image.url`, conversion, card.title)),
    ...pictures.flatMap(({ url, at }) => pictureOf(url, undefined, `${at}.url`, conversion, card.title)),
    ...titleOf(card.title, `${path}.title`, conversion),
    ...plainOf(card.subtitle, `${path}.subtitle`, conversion),
    ...markdownOf(card.text, `${path}.text`, conversion),
    ...groupButtons([...play, ...buttons], `${path}.buttons`, conversion),
  ];
}
