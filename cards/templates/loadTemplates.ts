import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withoutMark } from '../byteOrderMark.ts';
import { schemaError } from '../checks/schemaError.ts';
import { CodedError, codeOf } from '../errors.ts';
import { limits } from '../limits.ts';
import { anyPublicHost } from '../richText/urlPolicy.ts';
import { type CompiledTemplate, compileTemplate, proveSample } from './compileTemplate.ts';
import { publishedFile, readPublished, requireUnchanged } from './published.ts';
import { addressOf, templateFileSchema } from './templateFile.ts';

/** Something wrong with a template file, for the author: where, what, and what to do. */
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

/** What loading gives: the templates that are right, and every problem of the others. */
export interface LoadedTemplates {
  readonly templates: ReadonlyMap<string, CompiledTemplate>;
  readonly problems: readonly TemplateProblem[];
}

/** Reads, compiles and proves every `*.json` file of the folders, in order of their names. */
export function loadTemplates(dirs: readonly string[], policy = anyPublicHost): LoadedTemplates {
  const problems: TemplateProblem[] = [];
  const files = dirs.flatMap((dir) => {
    try {
      const published = readPublished(dir);
      return listTemplateFiles(dir).map((file) => ({ file, published }));
    } catch (error) {
      if (error instanceof CodedError) {
        problems.push({ file: join(dir, publishedFile), error });
        return [];
      }
      problems.push({
        file: dir,
        error: new CodedError('template.invalid', 'The folder of templates cannot be read.', {
          cause: error,
          hint: 'Check CARD_TEMPLATES_DIR.',
        }),
      });
      return [];
    }
  });
  const templates = new Map<string, CompiledTemplate>();
  for (const { file, published } of files) {
    try {
      const template = loadTemplate(file, policy);
      requireUnchanged(template, published);
      const { id } = template.ref;
      if (templates.has(id)) {
        throw new CodedError('template.duplicate', `${id} is already published by another file.`, {
          path: 'template:$.version',
        });
      }
      templates.set(id, template);
    } catch (error) {
      problems.push({ file, error: asProblem(error) });
    }
  }
  return { templates, problems };
}

/** The template files of a folder, sorted. */
export function listTemplateFiles(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.json') && name !== publishedFile)
    .sort()
    .map((name) => join(dir, name));
}

/**
 * Reads one template file, compiles it, and composes every sample in every locale through the full check of raw cards.
 *
 * @throws CodedError `template.invalid` with the path in the file.
 */
export function loadTemplate(path: string, policy = anyPublicHost): CompiledTemplate {
  const bytes = readFileSync(path);
  if (bytes.length > limits.bodyBytes.max) {
    throw new CodedError('template.invalid', `The file is larger than ${limits.bodyBytes.max} bytes.`);
  }
  // Line ends and a byte order mark are not content: a checkout on Windows must not look like a changed template.
  const text = withoutMark(bytes.toString('utf8')).replaceAll('\r\n', '\n');
  const file = templateFileSchema.safeParse(parseJson(text));
  if (!file.success) throw schemaError('template.invalid', 'The template file', file.error, 'template:$');
  const hash = createHash('sha256').update(withoutSchema(text)).digest('hex').slice(0, 16);
  const template = asInvalid('', () => compileTemplate(file.data, hash, policy));
  const expected = `${addressOf(file.data)}.json`;
  if (basename(path) !== expected) {
    throw new CodedError('template.invalid', `The file must be named ${expected}.`, {
      path: 'template:$.version',
    });
  }
  for (const sample of Object.keys(file.data.samples)) {
    for (const locale of file.data.locales) {
      asInvalid(`Sample "${sample}" in ${locale}: `, () => proveSample(template, sample, locale, policy));
    }
  }
  return template;
}

/** The place of the schema is for editors: a folder that moves must not look like a changed template. */
function withoutSchema(text: string): string {
  return text.replace(/^\{\s*"\$schema"\s*:\s*"[^"]*"\s*,/, '{');
}

/** What the checks of cards say of a template is a fault of the template: the same path and hint, under its own code. */
function asInvalid<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new CodedError('template.invalid', `${where}${error.message}`, {
      hint: error.hint,
      cause: error,
      ...(error.path === undefined ? {} : { path: error.path }),
    });
  }
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

function asProblem(error: unknown): CodedError {
  if (codeOf(error) !== undefined && error instanceof CodedError) return error;
  const reason = error instanceof Error ? error.message : 'unknown reason';
  return new CodedError('template.invalid', `The file cannot be loaded: ${reason}`, { cause: error });
}
