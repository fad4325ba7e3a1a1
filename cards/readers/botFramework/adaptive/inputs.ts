import { z } from 'zod';
import type { Component, QuickReply } from '../../../card.ts';
import { escapeMarkdown } from '../../../richText/escapeMarkdown.ts';
import { groupButtons, payloadOf } from '../buttons.ts';
import type { Click } from '../click.ts';
import {
  anything,
  type Fields,
  formal,
  list,
  type NotShown,
  readEach,
  readFields,
  text,
} from '../readFields.ts';
import { lineOf, markdownOf, ownMarkdownOf, plainOf, shortenLine } from '../texts.ts';
import { actionOf, submitClick } from './actions.ts';
import { type AdaptiveConversion, notShown, readWords, writeDates } from './adaptive.ts';

const input = z.object({
  id: text,
  label: text,
  title: text,
  placeholder: text,
  choices: list,
  inlineAction: anything,
});
const choice = z.object({ title: text, value: text });

/** Keys that steer a field have no meaning where there is none. */
const steering =
  'value isRequired errorMessage maxLength min max regex isMultiline isMultiSelect valueOn valueOff choices.data';
const notShownOfFields: NotShown = {
  ...notShown,
  ...Object.fromEntries(steering.split(' ').map((key) => [key, formal])),
};

/** An Input: its label stays as a text. A short choice that is the card's only field becomes quick replies. */
export function inputOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const field = readFields(input, value, path, conversion, notShownOfFields);
  const at = `${path}.inlineAction`;
  const { button, opened = [] } = actionOf(field.inlineAction, at, conversion);
  const beside = [...groupButtons([button], at, conversion), ...opened];
  if (
    conversion.clicks?.asksFields === true &&
    conversion.survey.choice === undefined &&
    isSent(value, conversion)
  ) {
    conversion.note(path, 'asked for after the card: a chat card cannot be filled in');
    return beside;
  }
  const { label, title, placeholder } = field;
  // The title of a toggle is Markdown, the other texts are plain.
  const asked = [
    ...plainOf(writeDates(label ?? '', conversion.locale), `${path}.label`, conversion),
    ...markdownOf(writeDates(title ?? '', conversion.locale), `${path}.title`, conversion),
  ];
  const isAsked = label !== undefined || title !== undefined;
  const question = isAsked
    ? asked
    : plainOf(writeDates(placeholder ?? '', conversion.locale), `${path}.placeholder`, conversion);
  const given = readEach(choice, field.choices, `${path}.choices`, conversion);
  const choices = given.flatMap(({ title, value: chosen, at }) => {
    const label =
      lineOf(readWords(title, `${at}.title`, conversion), conversion) ?? lineOf(chosen, conversion);
    return label === undefined ? [] : [{ label, value: chosen ?? label, path: at }];
  });
  const known = conversion.survey.choice;
  if (known === undefined || known.field !== value) {
    conversion.note(path, 'left out: input fields are not supported');
    const listed = choices
      .map(({ label }) => `- ${conversion.isPlain ? label : escapeMarkdown(label)}`)
      .join('\n');
    return [...question, ...ownMarkdownOf(listed, `${path}.choices`, conversion), ...beside];
  }
  conversion.note(path, 'shown as quick replies');
  const replies = choices.flatMap(({ label, value: chosen, path: at }): QuickReply[] => {
    const sent: Click =
      known.submit !== undefined && field.id !== undefined
        ? submitClick(known.submit, { [field.id]: chosen })
        : { type: 'imBack', text: chosen };
    const shown = shortenLine(label, 'label', `${at}.title`, conversion);
    const payload = payloadOf(sent, `${at}.value`, conversion);
    return shown === undefined || payload === undefined ? [] : [{ label: shown, payload }];
  });
  return replies.length === 0 ? question : [...question, { type: 'quickReplies', replies }];
}

/** Says whether an action of the card sends this field. */
function isSent(value: unknown, { survey }: AdaptiveConversion): boolean {
  return [...survey.fieldsOf.values()].some((inputs) => inputs.some(({ field }) => field === value));
}
