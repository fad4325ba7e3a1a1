import { z } from 'zod';
import { isObject } from '../../../json.ts';
import type { FormField } from '../click.ts';
import type { Conversion } from '../conversion.ts';
import { type Fields, list, text } from '../readFields.ts';
import { lineOf } from '../texts.ts';

/** An input, and the text right before it, which is its label where it has none. */
export interface SurveyedInput {
  readonly field: Fields;
  readonly before: string | undefined;
}

/** A yes or no, also written as a text. */
const flag = z
  .union([z.boolean(), z.string().transform((value) => value.toLowerCase() === 'true')])
  .optional()
  .catch(undefined);

const input = z.object({
  type: text,
  id: text,
  label: text.catch(undefined),
  title: text.catch(undefined),
  placeholder: text.catch(undefined),
  value: text.catch(undefined),
  isRequired: flag,
  isVisible: flag,
  isMultiSelect: flag,
  errorMessage: text.catch(undefined),
  min: text.catch(undefined),
  max: text.catch(undefined),
  maxLength: z.number().optional().catch(undefined),
  regex: text.catch(undefined),
  valueOn: text.catch(undefined),
  valueOff: text.catch(undefined),
  choices: list.catch([]),
});
const choice = z.object({ title: text.catch(undefined), value: text.catch(undefined) });

const kinds = new Map<string | undefined, FormField['kind']>([
  ['Input.Text', 'text'],
  ['Input.Number', 'number'],
  ['Input.Date', 'date'],
  ['Input.Time', 'time'],
  ['Input.Toggle', 'toggle'],
  ['Input.ChoiceSet', 'choice'],
]);

/** The fields of a form, in their order; an input without an id sends nothing, as in Web Chat. */
export function listFormFields(inputs: readonly SurveyedInput[], conversion: Conversion): FormField[] {
  return inputs.flatMap(({ field, before }): FormField[] => {
    const parsed = input.safeParse(field);
    const kind = parsed.success ? kinds.get(parsed.data.type) : undefined;
    if (!parsed.success || kind === undefined) return [];
    const { id, label, title, placeholder, isVisible, isRequired, isMultiSelect, choices, ...rest } =
      parsed.data;
    if (id === undefined || id === '') return [];
    return [
      {
        ...rest,
        kind,
        id,
        label:
          [label, title, before, placeholder]
            .map((one) => lineOf(one, conversion))
            .find((one) => one !== undefined) ?? id,
        isHidden: isVisible === false,
        isRequired: isRequired === true,
        isMulti: isMultiSelect === true,
        choices: choices.flatMap((one) => {
          const found = isObject(one) ? choice.safeParse(one).data : undefined;
          const value = found?.value ?? found?.title;
          return value === undefined ? [] : [{ label: lineOf(found?.title, conversion) ?? value, value }];
        }),
      },
    ];
  });
}
