import { z } from 'zod';

/** A text for people: one for all locales, or one for each locale of the template. */
const localized = z.union([z.string(), z.record(z.string(), z.string())]);

/** The ways to treat a card that dynamic values make larger than the limits. */
const overLimitModes = ['refuse', 'split', 'degrade'] as const;

/** A template file: one JSON document, one published version. The guide is docs/card-authors.md. */
export const templateFileSchema = z.strictObject({
  $schema: z
    .string()
    .describe('Where an editor finds the JSON Schema of this file; nothing else reads it.')
    .optional(),
  id: z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    .describe('The name of the template: small letters, digits and single dashes.'),
  version: z.int().min(1).max(9_999).describe('The version; a published one never changes.'),
  title: z.string().min(1).max(100).describe('The name of the template, for people.'),
  description: z.string().min(1).max(500).describe('What the card tells, for people and language models.'),
  locales: z
    .array(z.string().min(2).max(35))
    .min(1)
    .max(50)
    .describe('The languages as BCP 47, such as `de`. The first one stands in where another lacks a text.'),
  fields: z
    .looseObject({ type: z.literal('object') })
    .describe('The dynamic fields, as JSON Schema: name them under `properties`.'),
  card: z
    .strictObject({ components: z.array(z.looseObject({ type: z.string() })).min(1) })
    .describe('The card.'),
  text: localized.describe('The plain text where no card can be shown.'),
  samples: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.record(z.string(), z.unknown()))
    .refine((samples) => Object.keys(samples).length > 0, { message: 'at least one sample' })
    .describe('Examples of the fields by name; each is checked in every locale.'),
  overLimit: z
    .enum(overLimitModes)
    .default('refuse')
    .describe('What happens when values make the card larger than the limits. Default: `refuse`.'),
});

/** A parsed template file. */
export type TemplateFile = z.infer<typeof templateFileSchema>;

/** The address by which dialogs ask for a template: `order-confirmation` version 2 is `order-confirmation-v2`. */
export function addressOf({ id, version }: Pick<TemplateFile, 'id' | 'version'>): string {
  return `${id}-v${version}`;
}
