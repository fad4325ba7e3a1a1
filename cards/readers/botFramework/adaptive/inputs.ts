import { z } from 'zod';
import type { Component, QuickReply } from '../../../card.ts';
import { escapeMarkdown } from '../../../richText/escapeMarkdown.ts';
import { payloadOf } from '../buttons.ts';
import { type Click, type FormField, submitClick } from '../click.ts';
import type { Conversion } from '../conversion.ts';
import { type Fields, flag, formal, list, type NotShown, readEach, readFields, text } from '../readFields.ts';
import { lineOf, markdownOf, ownMarkdownOf, plainOf, shortenLine } from '../texts.ts';
import { type AdaptiveConversion, notShown, readWords, writeDates } from './adaptive.ts';
import type { SurveyedInput } from './survey.ts';

const input = z.object({
  type: text,
  id: text,
  label: text,
  title: text,
  placeholder: text,
  value: text,
  isRequired: flag,
  isVisible: flag,
  isMultiSelect: flag,
  errorMessage: text,
  min: text,
  max: text,
  maxLength: z.number().optional(),
  regex: text,
  valueOn: text,
  valueOff: text,
  choices: list,
});
const choice = z.object({ title: text, value: text });

const notShownOfFields: NotShown = {
  ...notShown,
  isMultiline: formal,
  'choices.data': formal,
  inlineAction: formal,
};

/** An Input: its label stays as a text. A short choice that is the card's only field becomes quick replies. */
export function inputOf(value: Fields, path: string, conversion: AdaptiveConversion): Component[] {
  const field = readFields(input, value, path, conversion, notShownOfFields);
  const { id, label, title, placeholder, choices } = field;
  const { choice: known } = conversion.survey;
  if (conversion.clicks?.asksFields === true && known === undefined && isSent(value, conversion)) {
    conversion.note(path, 'asked for after the card: a chat card cannot be filled in');
    for (const key of listUnreadable(field))
      conversion.note(`${path}.${key}`, 'left out: it cannot be read, so it limits no answer');
    return [];
  }
  const plain = (words: string | undefined, key: string): Component[] =>
    plainOf(writeDates(words ?? '', conversion.locale), `${path}.${key}`, conversion);
  // The title of a toggle is Markdown, the other texts are plain.
  const question =
    label === undefined && title === undefined
      ? plain(placeholder, 'placeholder')
      : [
          ...plain(label, 'label'),
          ...markdownOf(writeDates(title ?? '', conversion.locale), `${path}.title`, conversion),
        ];
  const offered = choicesOf(choices, `${path}.choices`, conversion);
  if (known === undefined || known.field !== value) {
    conversion.note(path, 'left out: input fields are not supported');
    const listed = offered
      .map(({ label }) => `- ${conversion.isPlain ? label : escapeMarkdown(label)}`)
      .join('\n');
    return [...question, ...ownMarkdownOf(listed, `${path}.choices`, conversion)];
  }
  conversion.note(path, 'shown as quick replies');
  const replies = offered.flatMap(({ label, value: chosen, at }): QuickReply[] => {
    const sent: Click =
      known.submit !== undefined && id !== undefined
        ? submitClick(known.submit, { [id]: chosen })
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

/** The choices that have a label, each with the value that it sends and its path. */
function choicesOf(
  choices: readonly unknown[],
  path: string,
  conversion: Conversion,
): { label: string; value: string; at: string }[] {
  return readEach(choice, choices, path, conversion).flatMap(({ title, value, at }) => {
    const words = readWords(title, `${at}.title`, conversion);
    const label = lineOf(words, conversion) ?? lineOf(value, conversion);
    return label === undefined ? [] : [{ label, value: value ?? label, at }];
  });
}

const kinds = new Map<string | undefined, FormField['kind']>([
  ['Input.Text', 'text'],
  ['Input.Number', 'number'],
  ['Input.Date', 'date'],
  ['Input.Time', 'time'],
  ['Input.Toggle', 'toggle'],
  ['Input.ChoiceSet', 'choice'],
]);

/** The limits of an answer whose form a bot may get wrong. */
const limitKeys = ['min', 'max', 'regex'] as const;

/** How the `min` and `max` of a kind of field are written; those of other kinds have no effect. */
const limitForms: Partial<Record<FormField['kind'], RegExp>> = {
  number: /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i,
  date: /^\d{4}-\d{2}-\d{2}$/,
  time: /^\d{2}:\d{2}$/,
};

/** Lists the limits of a field that cannot be read: a date's `min` of `2026/12/01` would refuse every answer. */
function listUnreadable(field: z.infer<typeof input>): (typeof limitKeys)[number][] {
  const form = limitForms[kinds.get(field.type) ?? 'text'];
  return limitKeys.filter((key) => {
    const limit = field[key] ?? '';
    return limit !== '' && !(key === 'regex' ? isExpression(limit) : (form?.test(limit) ?? true));
  });
}

function isExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The fields of a form, in their order; an input without an id sends nothing, as in Web Chat. */
export function listFormFields(inputs: readonly SurveyedInput[], conversion: Conversion): FormField[] {
  // `inputOf` notes the losses.
  const quiet: Conversion = { ...conversion, note: () => {} };
  return inputs.flatMap(({ field, before }): FormField[] => {
    const known = readFields(input, field, '', quiet);
    const { type, id, label, title, placeholder, isVisible, isRequired, isMultiSelect, choices, ...rest } =
      known;
    const kind = kinds.get(type);
    if (kind === undefined || id === undefined || id === '') return [];
    const labels = [
      writeDates(label ?? '', quiet.locale),
      readWords(title, '', quiet),
      readWords(before, '', quiet),
      placeholder,
    ];
    return [
      {
        ...rest,
        ...Object.fromEntries(listUnreadable(known).map((key) => [key, undefined])),
        kind,
        id,
        label: labels.map((one) => lineOf(one, quiet)).find((one) => one !== undefined) ?? id,
        isHidden: isVisible === false,
        isRequired: isRequired === true,
        isMulti: isMultiSelect === true,
        choices: choicesOf(choices, '', quiet).map(({ label, value }) => ({ label, value })),
      },
    ];
  });
}
