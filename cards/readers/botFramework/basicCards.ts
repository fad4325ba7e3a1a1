import { z } from 'zod';
import type { Component } from '../../card.ts';
import { groupButtons, linkButton, type Offer } from './buttons.ts';
import { readCardActionButtons, tapButton } from './cardAction.ts';
import type { Conversion } from './conversion.ts';
import { carouselOf } from './fitCards.ts';
import { pictureOf } from './pictures.ts';
import { anything, asUrl, list, readEach, readObject, text } from './readFields.ts';
import { type Fact, factsOf, lineOf, markdownOf, plainOf, titleOf } from './texts.ts';

const basicCard = z.object({
  title: text,
  subtitle: text,
  text,
  images: list,
  buttons: list,
  tap: anything,
});
const cardImage = z.object({ url: text, alt: text, tap: anything });

/** HeroCard and ThumbnailCard: pictures, title, subtitle, text, buttons. */
export function basicCardOf(content: unknown, path: string, conversion: Conversion): Component[] {
  const card = readObject(basicCard, content, path, conversion);
  if (card === undefined) return [];
  const taps: (Offer | undefined)[] = [];
  const buttons = readCardActionButtons(card.buttons, `${path}.buttons`, conversion);
  const images = readEach(cardImage, card.images.map(asUrl), `${path}.images`, conversion);
  const pictures = images.map(({ url, alt, tap, at }) => {
    taps.push(tapButton(tap, `${at}.tap`, [...buttons, ...taps], alt ?? card.title, conversion));
    // Several pictures of one card are not all called like it.
    const title = card.images.length > 1 ? undefined : card.title;
    return pictureOf(url, alt, `${at}.url`, conversion, title);
  });
  taps.push(tapButton(card.tap, `${path}.tap`, [...buttons, ...taps], card.title, conversion));
  return [
    ...carouselOf(pictures),
    ...titleOf(card.title, `${path}.title`, conversion),
    ...plainOf(card.subtitle, `${path}.subtitle`, conversion),
    ...markdownOf(card.text, `${path}.text`, conversion),
    ...groupButtons([...buttons, ...taps], `${path}.buttons`, conversion),
  ];
}

const signinCard = z.object({ text, buttons: list });

/** SigninCard and OAuthCard: a text and a link to sign in. */
export function signinCardOf(content: unknown, path: string, conversion: Conversion): Component[] {
  const noTokens = 'Genesys has no token service of the Bot Framework';
  const card = readObject(signinCard, content, path, conversion, {
    connectionName: noTokens,
    tokenExchangeResource: noTokens,
    tokenPostResource: noTokens,
  });
  if (card === undefined) return [];
  const buttons = readCardActionButtons(card.buttons, `${path}.buttons`, conversion);
  return [
    ...markdownOf(card.text, `${path}.text`, conversion),
    ...groupButtons(buttons, `${path}.buttons`, conversion),
  ];
}

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
  const animations = pictures.flatMap(({ url, at }) =>
    pictureOf(url, undefined, `${at}.url`, conversion, card.title),
  );
  const given = asUrl(card.image);
  const isAnimated = animations.some(({ type }) => type === 'image');
  if (given !== undefined && isAnimated)
    conversion.note(`${path}.image`, 'left out: the animation itself is shown');
  const image =
    given === undefined || isAnimated ? undefined : readObject(thumbnail, given, `${path}.image`, conversion);
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
    ...animations,
    ...titleOf(card.title, `${path}.title`, conversion),
    ...plainOf(card.subtitle, `${path}.subtitle`, conversion),
    ...markdownOf(card.text, `${path}.text`, conversion),
    ...groupButtons([...play, ...buttons], `${path}.buttons`, conversion),
  ];
}

const receiptCard = z.object({
  title: text,
  facts: list,
  items: list,
  tap: anything,
  total: text,
  tax: text,
  vat: text,
  buttons: list,
});
const receiptFact = z.object({ key: text, value: text });
const receiptItem = z.object({
  title: text,
  subtitle: text,
  text,
  price: text,
  quantity: text,
  tap: anything,
});

/** ReceiptCard: its facts, its items with their prices, and its sums as facts. */
export function receiptCardOf(content: unknown, path: string, conversion: Conversion): Component[] {
  const card = readObject(receiptCard, content, path, conversion);
  if (card === undefined) return [];
  const buttons = readCardActionButtons(card.buttons, `${path}.buttons`, conversion);
  const taps: (Offer | undefined)[] = [];
  const facts = readEach(receiptFact, card.facts, `${path}.facts`, conversion).map(
    ({ key, value, at }): Fact => ({ label: key, value, path: at }),
  );
  const items = readEach(receiptItem, card.items, `${path}.items`, conversion, {
    image: 'the items of a receipt are lines of text',
  }).map(({ at, ...item }): Fact => {
    taps.push(tapButton(item.tap, `${at}.tap`, [...buttons, ...taps], item.title, conversion));
    const quantity = lineOf(item.quantity, conversion);
    const label = joinShown(
      [item.title, quantity === undefined ? undefined : `× ${quantity}`],
      ' ',
      conversion,
    );
    return { label, value: joinShown([item.price, item.subtitle, item.text], ' · ', conversion), path: at };
  });
  const sums: Fact[] = [
    { label: conversion.words.tax, value: card.tax, path: `${path}.tax` },
    { label: conversion.words.vat, value: card.vat, path: `${path}.vat` },
    { label: conversion.words.total, value: card.total, path: `${path}.total` },
  ];
  taps.push(tapButton(card.tap, `${path}.tap`, [...buttons, ...taps], card.title, conversion));
  return [
    ...titleOf(card.title, `${path}.title`, conversion),
    ...factsOf(facts, `${path}.facts`, conversion),
    ...factsOf(items, `${path}.items`, conversion),
    ...factsOf(
      sums.filter((sum) => lineOf(sum.value, conversion) !== undefined),
      path,
      conversion,
    ),
    ...groupButtons([...buttons, ...taps], `${path}.buttons`, conversion),
  ];
}

function joinShown(
  texts: readonly (string | undefined)[],
  separator: string,
  conversion: Conversion,
): string {
  return texts
    .map((text) => lineOf(text, conversion))
    .filter((line) => line !== undefined)
    .join(separator);
}
