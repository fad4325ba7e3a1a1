import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSchemaError } from '../checks/schemaError.ts';
import { CodedError, codeOf } from '../errors.ts';
import { withoutMark } from '../json.ts';
import { limits } from '../limits.ts';
import { publishedFile } from './published.ts';
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
  const text = withoutMark(bytes.toString('utf8')).replaceAll('\r\n', '\n');
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
  if (codeOf(error) !== undefined && error instanceof CodedError) return error;
  const reason = error instanceof Error ? error.message : 'unknown reason';
  return new CodedError('template.invalid', `The file cannot be loaded: ${reason}`, { cause: error });
}
