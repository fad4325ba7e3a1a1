import { z } from 'zod';
import { isOptional, type Member, type Members } from '../../cards/components/componentModule.ts';
import { componentModules } from '../../cards/components/componentTypes.ts';
import { limits } from '../../cards/limits.ts';
import { templateFileSchema } from '../../cards/templates/readTemplates.ts';

/** A JSON Schema as a plain object. */
export type JsonSchema = { [key: string]: unknown };

/**
 * The JSON Schema of template files for editors: completion, hover texts and errors while typing. It knows the form of a
 * file; `lint` knows the rest, such as whether a field is declared.
 */
export function createTemplateJsonSchema(): JsonSchema {
  return z.toJSONSchema(createEditorSchema(), { target: 'draft-7', io: 'input' });
}

function createEditorSchema(): z.ZodType {
  const inner = z.lazy(() => component);
  const component: z.ZodType = z
    .union(componentModules.map(({ about, members }) => objectOf(members, inner, about)))
    .meta({
      id: 'component',
      description: 'A component of the card.',
      defaultSnippets: componentModules.map(({ about, members }) => ({
        label: typeOf(members),
        description: about,
        body: skeletonOf(members),
      })),
    });
  const { card, fields } = templateFileSchema.shape;
  return templateFileSchema
    .extend({
      fields: createFieldSchema().describe(fields.description ?? ''),
      card: z
        .strictObject({
          components: z.array(component).min(1).describe('The components, from top to bottom.'),
        })
        .describe(card.description ?? ''),
    })
    .meta({ title: 'Card template', description: 'A card template; the guide is docs/card-authors.md.' });
}

const when = z
  .string()
  .describe("The element is there only when this binding is true: `${status == 'shipped'}`.")
  .optional();
const data = z
  .string()
  .describe(
    "The element is repeated for each item of this list: `${items}`. Inside, `${name}` is the item's field.",
  )
  .optional();

function objectOf(members: Members, component: z.ZodType, about?: string): z.ZodType {
  const shape = Object.fromEntries(
    Object.entries(members).map(([name, member]) => {
      const schema = memberOf(member, component).describe(aboutOf(member));
      return [name, isOptional(member) ? schema.optional() : schema];
    }),
  );
  const object = z.strictObject({ ...shape, $when: when, $data: data });
  return about === undefined ? object : object.describe(about);
}

function memberOf(member: Member, component: z.ZodType): z.ZodType {
  switch (member.kind) {
    case 'fixed':
      return z.literal(member.value);
    case 'line':
    case 'body':
    case 'payload':
    case 'url':
      return text;
    case 'choice':
      return z.union([z.enum(member.of), binding]);
    case 'flag':
      return z.boolean();
    case 'list':
      return z.array(alternativesOf(member.items, component)).min(1);
    case 'components':
      return z.array(component).min(1);
  }
}

/** Several alternatives as one object: the member that decides may be a binding. */
function alternativesOf(items: readonly Members[], component: z.ZodType): z.ZodType {
  const [first = {}, ...others] = items;
  if (others.length === 0) return objectOf(first, component);
  const merged = Object.keys(first).map((name) => {
    const members = items.flatMap((item) => item[name] ?? []);
    const words = members.flatMap((member) =>
      member.kind === 'fixed' ? z.literal(member.value).describe(member.about) : [],
    );
    const about = [...new Set(members.map(aboutOf))].join(' ');
    const [member] = members;
    if (words.length > 0) return [name, z.union([...words, binding]).describe('What a click does.')];
    const schema = member === undefined ? text : memberOf(member, component);
    return [
      name,
      member !== undefined && isOptional(member) ? schema.describe(about).optional() : schema.describe(about),
    ];
  });
  return z.strictObject({ ...Object.fromEntries(merged), $when: when, $data: data });
}

const binding = z.string().regex(/\$\{/).describe('A binding, such as `${field}`.');
const text = z.union([z.string(), z.record(z.string(), z.string())]);

/** The text for authors about a member: its purpose, and its limit. */
function aboutOf(member: Member): string {
  switch (member.kind) {
    case 'line':
    case 'list':
      return `${member.about} At most ${limitWords(member.limit)}.`;
    case 'body':
    case 'payload':
    case 'url':
      return `${member.about} At most ${limitWords(member.kind)}.`;
    default:
      return member.about;
  }
}

function limitWords(name: keyof typeof limits): string {
  const { max, unit } = limits[name];
  return `${max} ${unit}`;
}

function typeOf({ type }: Members): string {
  return type?.kind === 'fixed' ? type.value : '';
}

/** The snippet of a new component; `$1` and so on are the places to fill. */
function skeletonOf(members: Members): { [name: string]: unknown } {
  let place = 0;
  const fill = (object: Members): { [name: string]: unknown } =>
    Object.fromEntries(
      Object.entries(object)
        .filter(([, member]) => !isOptional(member))
        .map(([name, member]) => [name, valueFor(member)]),
    );
  const valueFor = (member: Member): unknown => {
    if (member.kind === 'fixed') return member.value;
    if (member.kind === 'list') return [fill(member.items[0] ?? {})];
    place += 1;
    return member.kind === 'components' ? [`$${place}`] : `$${place}`;
  };
  return fill(members);
}

/** The part of JSON Schema that templates accept for their fields. */
function createFieldSchema(): z.ZodType {
  const types = z.enum(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']);
  const count = z.number().optional();
  const inner = z.lazy(() => field);
  const properties = z.record(z.string(), inner).describe('The fields by their names.').optional();
  const required = z.array(z.string()).describe('The names of the fields that must be given.').optional();
  const field: z.ZodType = z
    .looseObject({
      type: z
        .union([types, z.array(types)])
        .describe('What the value is.')
        .optional(),
      title: z.string().describe('The name of the field, for people.').optional(),
      description: z.string().describe('What the field is, for authors and language models.').optional(),
      enum: z.array(z.unknown()).describe('The allowed values.').optional(),
      const: z.unknown().describe('The only allowed value.').optional(),
      default: z.unknown().describe('The value of a field that is not given.').optional(),
      format: z
        .union([z.enum(['date', 'date-time', 'time', 'email', 'uri']), z.string()])
        .describe(
          'The form of a text: `date` is 2026-12-01, `date-time` 2026-12-01T18:30:00Z, `uri` an address.',
        )
        .optional(),
      pattern: z.string().describe('A regular expression that the text must match.').optional(),
      minLength: count.describe('The fewest characters.'),
      maxLength: count.describe('The most characters.'),
      minimum: count.describe('The least number.'),
      maximum: count.describe('The greatest number.'),
      items: inner.describe('What each item of a list is.').optional(),
      minItems: count.describe('The fewest items.'),
      maxItems: count.describe('The most items.'),
      contentMediaType: z
        .enum(['text/markdown', 'text/html'])
        .describe('The text keeps its own marks, cleaned. Default: plain text.')
        .optional(),
      writeOnly: z
        .boolean()
        .describe('True: the value is not copied to the `dynamicFields` of the card.')
        .optional(),
      properties,
      required,
    })
    .meta({ id: 'field', description: 'A field.' });
  return z.looseObject({
    type: z.literal('object').describe('Always `object`.'),
    required,
    properties,
  });
}
