import { z } from 'zod';
import type { Component } from '../../card.ts';
import { buttonGroups, linkButton } from './buttons.ts';
import { cardActionButton } from './cardAction.ts';
import type { Conversion } from './conversion.ts';
import { pictureOf } from './pictures.ts';
import { anything, list, readFields, text } from './readFields.ts';
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
const isPicture = /^[^?#]*\.(?:gif|png|jpe?g|webp)(?:[?#]|$)/i;

/** AnimationCard, AudioCard and VideoCard: pictures are shown, the rest opens in the browser. */
export function mediaCardOf(content: unknown, path: string, c: Conversion): Component[] {
  const card = readFields(mediaCard, content, path, c, notShown);
  if (card === undefined) return [];
  const media = card.media.flatMap((value, i) => {
    const at = `${path}.media[${i}]`;
    const found = readFields(mediaUrl, typeof value === 'string' ? { url: value } : value, at, c);
    return found === undefined ? [] : [{ ...found, at: `${at}.url` }];
  });
  const pictures = media.filter(({ url }) => isPicture.test(url ?? ''));
  const links = media.filter(({ url }) => !isPicture.test(url ?? ''));
  const given = typeof card.image === 'string' ? { url: card.image } : card.image;
  const image = given === undefined ? undefined : readFields(thumbnail, given, `${path}.image`, c);
  const play = links.map(({ url, profile, at }) =>
    linkButton([c.words.play, lineOf(profile)].filter(Boolean).join(' '), url, at, c),
  );
  const buttons = card.buttons.map((button, i) => cardActionButton(button, `${path}.buttons[${i}]`, c));
  return [
    ...(image === undefined ? [] : pictureOf(image.url, image.alt, `${path}.image.url`, c, card.title)),
    ...pictures.flatMap(({ url, at }) => pictureOf(url, undefined, at, c, card.title)),
    ...titleOf(card.title, `${path}.title`, c),
    ...plainOf(card.subtitle, `${path}.subtitle`, c),
    ...markdownOf(card.text, `${path}.text`, c),
    ...buttonGroups([...play, ...buttons], `${path}.buttons`, c),
  ];
}
