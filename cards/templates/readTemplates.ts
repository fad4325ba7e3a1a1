import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { decodeUtf8 } from '../checks/plainJson.ts';
import { createSchemaError } from '../checks/schemaError.ts';
import { CodedError } from '../errors.ts';
import { tryJson, withoutMark } from '../json.ts';
import { limits } from '../limits.ts';
import type { CompiledTemplate } from './compileTemplate.ts';

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

/** A problem of a template file, for the author. */
export interface TemplateProblem {
  readonly file: string;
  readonly error: CodedError;
}

/** The folder of the templates that come with the project. */
export const ownTemplatesDir = join(import.meta.dirname, 'files');

/** The folder of the start templates, which authors copy (`cards -- new NAME --from appointment`); no bot loads them. */
export const startTemplatesDir = join(import.meta.dirname, 'start');

/** The JSON Schema of template files, for editors; `npm run schemas` writes it. */
export const templateSchemaFile = join(import.meta.dirname, 'template.schema.json');

/** The template files of a folder, sorted. */
export function listTemplateFiles(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.json') && name !== publishedFile)
    .sort()
    .map((name) => join(dir, name));
}

/**
 * Reads the template files of folders without compiling them, in order of their names, to show them only: a bot may fail to
 * load them.
 */
export function readTemplates(dirs: readonly string[]): {
  files: TemplateFile[];
  problems: TemplateProblem[];
} {
  const files: TemplateFile[] = [];
  const problems: TemplateProblem[] = [];
  for (const dir of dirs) {
    try {
      for (const path of listTemplateFiles(dir)) {
        try {
          files.push(readTemplate(path).file);
        } catch (error) {
          problems.push({ file: path, error: asProblem(error) });
        }
      }
    } catch (error) {
      problems.push(createFolderProblem(dir, error));
    }
  }
  return { files, problems };
}

/**
 * Reads one template file, with the hash of its content.
 *
 * @throws CodedError `template.invalid` with the path in the file.
 */
export function readTemplate(path: string): { file: TemplateFile; hash: string } {
  const bytes = readFileSync(path);
  if (bytes.length > limits.bodyBytes.max) {
    throw new CodedError('template.invalid', `The file is larger than ${limits.bodyBytes.max} bytes.`);
  }
  // Line ends and a byte order mark are not content: a checkout on Windows must not look like a changed template.
  const text = decodeUtf8(bytes, 'template.invalid').replaceAll('\r\n', '\n');
  const file = templateFileSchema.safeParse(parseJson(text));
  if (!file.success)
    throw createSchemaError('template.invalid', 'The template file', file.error, 'template:$');
  const hash = createHash('sha256').update(withoutSchema(text)).digest('hex').slice(0, 16);
  return { file: file.data, hash };
}

/** The place of the schema is for editors: a folder that moves must not look like a changed template. */
function withoutSchema(text: string): string {
  return text.replace(/^\{\s*"\$schema"\s*:\s*"[^"]*"\s*,/, '{');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CodedError(
      'template.invalid',
      `The file is not JSON: ${error instanceof Error ? error.message : ''}`,
      {
        cause: error,
      },
    );
  }
}

/** A folder whose files cannot be listed. */
export function createFolderProblem(dir: string, cause: unknown): TemplateProblem {
  return {
    file: dir,
    error: new CodedError('template.invalid', 'The folder of templates cannot be read.', {
      cause,
      hint: 'Check CARD_TEMPLATES_DIR.',
    }),
  };
}

/** Why a template file cannot be loaded, as an error of ours. */
export function asProblem(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const reason = error instanceof Error ? error.message : 'unknown reason';
  return new CodedError('template.invalid', `The file cannot be loaded: ${reason}`, { cause: error });
}

/** Beside the templates of a folder: the address of every published version, and the hash that it must keep. */
export const publishedFile = 'published.json';

const publishedSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{16}$/));

/** The published versions of a folder; none without the file. */
export function readPublished(dir: string): ReadonlyMap<string, string> {
  const file = join(dir, publishedFile);
  if (!existsSync(file)) return new Map();
  const parsed = publishedSchema.safeParse(tryJson(withoutMark(readFileSync(file, 'utf8'))));
  if (!parsed.success)
    throw new CodedError('template.invalid', `${file} is not a list of published versions.`, {
      hint: `Restore ${publishedFile} from version control; the templates themselves are fine.`,
    });
  return new Map(Object.entries(parsed.data));
}

/**
 * Holds a template to its promise that a published version never changes.
 *
 * @throws CodedError `template.invalid` when its file is not the one that was published
 */
export function requireUnchanged(template: CompiledTemplate, published: ReadonlyMap<string, string>): void {
  const hash = published.get(template.ref.id);
  if (hash === undefined || hash === template.ref.hash) return;
  throw new CodedError('template.invalid', `${template.ref.id} is published and must not change.`, {
    path: 'template:$.version',
    hint: 'Undo the change, or copy the file to the next version.',
  });
}

/** Publishes templates of a folder: from now on their files must not change. Returns the new addresses. */
export function publish(dir: string, templates: Iterable<CompiledTemplate>): string[] {
  const published = new Map(readPublished(dir));
  const added: string[] = [];
  for (const { ref } of templates) {
    if (published.has(ref.id)) continue;
    published.set(ref.id, ref.hash);
    added.push(ref.id);
  }
  const sorted = Object.fromEntries([...published].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (added.length > 0) writeFileSync(join(dir, publishedFile), `${JSON.stringify(sorted, null, 2)}\n`);
  return added;
}
