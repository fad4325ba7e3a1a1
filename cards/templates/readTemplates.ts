import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createSchemaError } from '../checks/schemaError.ts';
import { CodedError } from '../errors.ts';
import { tryJson, withoutMark } from '../json.ts';
import { limits } from '../limits.ts';
import type { CompiledTemplate } from './compileTemplate.ts';
import { type TemplateFile, templateFileSchema } from './templateFile.ts';

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
  const text = decodeTemplate(bytes).replaceAll('\r\n', '\n');
  const file = templateFileSchema.safeParse(parseJson(text));
  if (!file.success)
    throw createSchemaError('template.invalid', 'The template file', file.error, 'template:$');
  const hash = createHash('sha256').update(withoutSchema(text)).digest('hex').slice(0, 16);
  return { file: file.data, hash };
}

/**
 * Decodes the bytes of a template file, without the mark of its encoding.
 *
 * @throws CodedError `template.invalid` when they are not UTF-8: some letters would become `�`.
 */
export function decodeTemplate(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CodedError('template.invalid', 'The file is not UTF-8.', {
      cause,
      hint: 'Save it in an editor with the encoding UTF-8.',
    });
  }
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
