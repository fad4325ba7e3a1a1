import { z } from 'zod';
import type { Component } from '../../card.ts';
import { isObject } from '../../json.ts';
import { groupButtons, linkButton, type Offer } from './buttons.ts';
import { readCardActionButtons, tapButton } from './cardAction.ts';
import type { Conversion } from './conversion.ts';
import { carouselOf } from './fitCards.ts';
import { pictureOf } from './pictures.ts';
import { anything, formal, list, look, type NotShown, readEach, readObject, text } from './readFields.ts';
import { factsOf, lineOf, markdownOf, plainOf, titleOf } from './texts.ts';

const officeCard = z.object({ title: text, text, summary: text, sections: list, potentialAction: list });
const officeSection = z.object({
  title: text,
  text,
  activityTitle: text,
  activitySubtitle: text,
  activityText: text,
  activityImage: text,
  images: list,
  facts: list,
  potentialAction: list,
});
const officeFact = z.object({ name: text, value: text });
const officeImage = z.object({ image: text, title: text });
const officeAction = z.object({ '@type': text, name: text, targets: list, target: list });
const ofOfficeCards: NotShown = {
  ...Object.fromEntries(['@type', '@context', '@id', 'markdown', 'startGroup'].map((key) => [key, formal])),
  ...Object.fromEntries(['themeColor', 'activityImageType'].map((key) => [key, look])),
};

/** O365ConnectorCard of Teams: its text, its sections, and its actions that open an address. */
export function officeCardOf(content: unknown, path: string, conversion: Conversion): Component[] {
  const card = readObject(officeCard, content, path, conversion, ofOfficeCards);
  if (card === undefined) return [];
  const sections = readEach(officeSection, card.sections, `${path}.sections`, conversion, ofOfficeCards);
  const texts = [
    card.title,
    card.text,
    ...sections.flatMap((one) => [one.title, one.text, one.activityTitle]),
  ];
  return [
    ...titleOf(card.title, `${path}.title`, conversion),
    ...markdownOf(card.text, `${path}.text`, conversion),
    // A summary is for a notification.
    ...(texts.some((one) => one !== undefined) ? [] : plainOf(card.summary, `${path}.summary`, conversion)),
    ...sections.flatMap((section) => officeSectionOf(section, section.at, conversion)),
    ...officeButtonsOf(card.potentialAction, `${path}.potentialAction`, conversion),
  ];
}

const listCard = z.object({ title: text, items: list, buttons: list });
const listItem = z.object({ type: text, id: text, title: text, subtitle: text, tap: anything });

/** The list card of Teams: a line for each item, in which a file is a link. */
export function listCardOf(content: unknown, path: string, conversion: Conversion): Component[] {
  const card = readObject(listCard, content, path, conversion);
  if (card === undefined) return [];
  const buttons = readCardActionButtons(card.buttons, `${path}.buttons`, conversion);
  const items = readEach(listItem, card.items, `${path}.items`, conversion, { icon: look });
  const taps: (Offer | undefined)[] = [];
  const lines = items.flatMap(({ id, title, subtitle, tap, at }) => {
    taps.push(tapButton(tap, `${at}.tap`, [...buttons, ...taps], title, conversion));
    if (/^https:/i.test(id ?? ''))
      taps.push(linkButton(title ?? conversion.words.open, id, `${at}.id`, conversion));
    const words = [title, subtitle].map((one) => lineOf(one, conversion)).filter((one) => one !== undefined);
    return words.length === 0 ? [] : [words.join(' · ')];
  });
  return [
    ...titleOf(card.title, `${path}.title`, conversion),
    ...plainOf(lines.join('\n'), `${path}.items`, conversion),
    ...groupButtons([...taps, ...buttons], `${path}.buttons`, conversion),
  ];
}

function officeSectionOf(
  section: z.output<typeof officeSection>,
  path: string,
  conversion: Conversion,
): Component[] {
  const facts = readEach(officeFact, section.facts, `${path}.facts`, conversion);
  const images = readEach(officeImage, section.images, `${path}.images`, conversion);
  const { activityImage } = section;
  return [
    ...titleOf(section.title, `${path}.title`, conversion),
    ...(activityImage === undefined
      ? []
      : pictureOf(activityImage, undefined, `${path}.activityImage`, conversion)),
    ...(['activityTitle', 'activitySubtitle', 'activityText', 'text'] as const).flatMap((key) =>
      markdownOf(section[key], `${path}.${key}`, conversion),
    ),
    ...factsOf(
      facts.map(({ name, value, at }) => ({ label: name, value, path: at })),
      `${path}.facts`,
      conversion,
    ),
    ...carouselOf(images.map(({ image, title, at }) => pictureOf(image, title, `${at}.image`, conversion))),
    ...officeButtonsOf(section.potentialAction, `${path}.potentialAction`, conversion),
  ];
}

function officeButtonsOf(actions: readonly unknown[], path: string, conversion: Conversion): Component[] {
  const buttons = readEach(officeAction, actions, path, conversion, ofOfficeCards).map((action) => {
    if (!/^(?:OpenUri|ViewAction)$/i.test(action['@type'] ?? '')) {
      conversion.note(action.at, 'left out: Genesys has no such button');
      return undefined;
    }
    const targets = [...action.targets, ...action.target];
    const uris = targets.map((target) => (isObject(target) ? target.uri : target));
    const uri = uris.find((one) => typeof one === 'string');
    return linkButton(action.name ?? conversion.words.open, uri, action.at, conversion);
  });
  return groupButtons(buttons, path, conversion);
}
