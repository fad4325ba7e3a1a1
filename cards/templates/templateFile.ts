import { z } from 'zod';

/** A text for people: one for all locales, or one for each locale of the template. */
const localized = z.union([z.string(), z.record(z.string(), z.string())]);

/** What to do when dynamic values make a card larger than the limits. */
const overLimitModes = ['refuse', 'split', 'degrade'] as const;

/** A template file: one JSON document, one published version. The guide is docs/card-authors.md. */
export const templateFileSchema = z.strictObject({
  $schema: z.string().optional(),
  id: z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/),
  version: z.int().min(1).max(9_999),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(500),
  locales: z.array(z.string().min(2).max(35)).min(1).max(50),
  /** JSON Schema (2019 vocabulary that Ajv knows) of the dynamic fields. */
  fields: z.looseObject({ type: z.literal('object') }),
  card: z.strictObject({ components: z.array(z.looseObject({ type: z.string() })).min(1) }),
  text: localized,
  samples: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.record(z.string(), z.unknown()))
    .refine((samples) => Object.keys(samples).length > 0, { message: 'at least one sample' }),
  overLimit: z.enum(overLimitModes).default('refuse'),
});

/** A parsed template file. */
export type TemplateFile = z.infer<typeof templateFileSchema>;

/** The address by which dialogs ask for a template: `order-confirmation` version 2 is `order-confirmation-v2`. */
export function addressOf({ id, version }: Pick<TemplateFile, 'id' | 'version'>): string {
  return `${id}-v${version}`;
}
