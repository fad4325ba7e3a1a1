import { z } from 'zod';
import type { Component } from '../../card.ts';
import { groupButtons, type Offer } from './buttons.ts';
import { readCardActionButtons, tapButton } from './cardAction.ts';
import type { Conversion } from './conversion.ts';
import { carouselOf } from './groups.ts';
import { pictureOf } from './pictures.ts';
import { anything, asUrl, list, readEach, readObject, text } from './readFields.ts';
import { markdownOf, plainOf, titleOf } from './texts.ts';

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
