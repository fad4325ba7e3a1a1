import { z } from 'zod';
import type { Component } from '../../../card.ts';
import { blocksOf } from '../../../richText/blocks.ts';
import { writePlain } from '../../../richText/plainDialect.ts';
import { answerButton, type ButtonStyle, groupButtons, linkButton, type Offer } from '../buttons.ts';
import { type Click, readTeamsSignIn, submitClick } from '../click.ts';
import { flatten } from '../fitCards.ts';
import { anything, flag, formal, list, readObject, text } from '../readFields.ts';
import { lineOf, titleOf } from '../texts.ts';
import { type AdaptiveConversion, notShown } from './adaptive.ts';
import { listFormFields } from './inputs.ts';

const action = z.object({
  type: text,
  id: text,
  title: text,
  url: text,
  data: anything,
  verb: text,
  card: anything,
  style: text,
  isEnabled: flag,
});
/** The result of reading an action: a button, or the components that it would have opened. */
interface Shown {
  button?: Offer | undefined;
  opened?: Component[];
}

/** The actions of a card or an ActionSet: button groups, then the cards of their Action.ShowCard. */
export function actionsOf(
  actions: readonly unknown[],
  path: string,
  conversion: AdaptiveConversion,
): Component[] {
  const shown = actions.map((value, i) => actionOf(value, `${path}[${i}]`, conversion));
  return [
    ...groupButtons(
      shown.map(({ button }) => button),
      path,
      conversion,
    ),
    ...shown.flatMap(({ opened }) => opened ?? []),
  ];
}

/**
 * Turns one action into a button.
 *
 * @param label - for an action without a title.
 */
export function actionOf(
  value: unknown,
  given: string,
  conversion: AdaptiveConversion,
  label?: string,
): Shown {
  const path = conversion.places.get(value) ?? given;
  // The parser dropped it; that is noted already.
  const found = value === undefined ? undefined : readObject(action, value, path, conversion, notShown);
  if (found === undefined) return {};
  if (found.isEnabled === false) {
    conversion.note(path, 'left out: it is switched off');
    return {};
  }
  const title = lineOf(found.title, conversion) ?? label;
  const signIn = readTeamsSignIn(found.data);
  const style = styleOf(found.style);
  switch (found.type) {
    case 'Action.OpenUrl':
      return { button: linkButton(title ?? conversion.words.open, found.url, path, conversion, style) };
    case 'Action.Submit':
    case 'Action.Execute':
      if (signIn !== undefined)
        return { button: linkButton(title ?? conversion.words.open, signIn, path, conversion, style) };
      if (conversion.survey.choice !== undefined) {
        conversion.note(path, 'left out: the quick replies send its data');
        return {};
      }
      if (conversion.clicks !== undefined) {
        const fields = listFormFields(conversion.survey.fieldsOf.get(value) ?? [], conversion);
        if (fields.length > 0 && !conversion.clicks.asksFields) {
          conversion.note(path, 'left out: its fields cannot be filled in');
          return {};
        }
        const action = {
          type: found.type,
          id: found.id,
          data: found.data,
          verb: found.verb,
          title: found.title,
        };
        const click: Click = fields.length > 0 ? { type: 'form', fields, action } : submitClick(found);
        return { button: answerButton(title, click, path, conversion, style) };
      }
      if (conversion.survey.inputs.length > 0)
        conversion.note(path, 'sends its data without the values of the input fields');
      return { button: answerButton(title, submitClick(found), path, conversion, style) };
    case 'Action.ShowCard':
      return { opened: openCard(found.card, title, path, conversion) };
    case 'Action.ToggleVisibility':
      conversion.note(path, 'left out: its card is already visible');
      return {};
    default:
      conversion.note(path, 'left out: Genesys has no such action');
      return {};
  }
}

function styleOf(style: string | undefined): ButtonStyle {
  const name = style?.toLowerCase();
  return name === 'positive' ? 'primary' : name === 'destructive' ? 'danger' : undefined;
}

/** The card of an Action.ShowCard under its title; nothing when no part of the card can be shown. */
function openCard(
  card: unknown,
  title: string | undefined,
  path: string,
  conversion: AdaptiveConversion,
): Component[] {
  const components = cardOf(card, `${path}.card`, conversion);
  if (components.length === 0) {
    conversion.note(path, 'left out: no part of its card can be shown');
    return [];
  }
  conversion.note(path, 'shown at once: Genesys cannot open it later');
  return [...titleOf(title, `${path}.title`, conversion), ...components];
}

const innerCard = z.object({ body: list, actions: list });

function cardOf(value: unknown, path: string, conversion: AdaptiveConversion): Component[] {
  const card = readObject(innerCard, value, path, conversion, { ...notShown, fallbackText: formal });
  if (card === undefined) return [];
  return [
    ...conversion.draw(card.body, `${path}.body`),
    ...actionsOf(card.actions, `${path}.actions`, conversion),
  ];
}

/** Adds the button of a `selectAction` to the components of its element. */
export function readClickable(
  components: readonly Component[],
  selectAction: unknown,
  path: string,
  conversion: AdaptiveConversion,
): Component[] {
  return [...components, ...selectButtons(selectAction, path, takeFirstWords(components), conversion)];
}

/**
 * Turns the `selectAction` of an element into a button.
 *
 * @param label - for an action without a title.
 */
export function selectButtons(
  selectAction: unknown,
  element: string,
  label: string | undefined,
  conversion: AdaptiveConversion,
): Component[] {
  if (selectAction === undefined || selectAction === null) return [];
  const path = `${element}.selectAction`;
  const { button, opened = [] } = actionOf(
    selectAction,
    path,
    conversion,
    lineOf(label, conversion) ?? conversion.words.open,
  );
  if (button !== undefined && button.action !== 'read')
    conversion.note(path, 'shown as a button: Genesys lets customers click only buttons');
  return [...groupButtons([button], path, conversion), ...opened];
}

/** Characters of a text that can be a name. */
const longestName = 30;

/** Returns a label for an element that is clicked as a whole: its title, else its first short text, else its picture's name. */
export function takeFirstWords(components: readonly Component[]): string | undefined {
  const all = flatten(components);
  const title = all.find((one) => one.type === 'header')?.text;
  const texts = all.flatMap((one) =>
    one.type === 'body' ? [one.markdown === true ? writePlain(blocksOf(one.text)) : one.text] : [],
  );
  const short = texts.find((text) => text.length <= longestName);
  return title ?? short ?? all.find((one) => one.type === 'image')?.altText;
}
