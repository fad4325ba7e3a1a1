import { z } from 'zod';
import type { Component } from '../../card.ts';
import { isObject } from '../../json.ts';
import { groupButtons, linkButton } from './buttons.ts';
import type { Conversion } from './conversion.ts';
import { carouselOf } from './fitCards.ts';
import { pictureOf } from './pictures.ts';
import { formal, list, look, type NotShown, readEach, readObject, text } from './readFields.ts';
import { factsOf, markdownOf, plainOf, titleOf } from './texts.ts';

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
