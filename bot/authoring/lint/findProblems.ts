import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { CodedError } from '../../../cards/errors.ts';
import { withoutMark } from '../../../cards/json.ts';
import type { UrlPolicy } from '../../../cards/richText/urlPolicy.ts';
import {
  type CompiledTemplate,
  compileTemplate,
  proveSample,
} from '../../../cards/templates/compileTemplate.ts';
import { addressOf, type TemplateFile, templateFileSchema } from '../../../cards/templates/templateFile.ts';
import { explainIssue, findValueAt } from './explainIssue.ts';
import { findWarnings } from './findWarnings.ts';
import { JsonFault, type JsonSource, type Place, placeAt, readJsonSource } from './jsonSource.ts';
import { mend } from './mend.ts';

const mostProblems = 100;
type Keys = readonly (string | number)[];
type Told = Pick<Finding, 'severity' | 'code' | 'message' | 'hint'> & {
  keys: Keys;
  path?: string | undefined;
};

/** Finds every problem of a template file, and warnings, in the order of the file. */
export function findProblems(file: string, policy: UrlPolicy): Finding[] {
  let text: string;
  try {
    text = withoutMark(readFileSync(file, 'utf8'));
  } catch {
    const told = {
      code: 'template.invalid',
      message: 'The file cannot be read.',
      hint: 'Check its name and permissions.',
    };
    return [{ ...told, code: 'template.invalid', file, severity: 'error', path: '$', line: 1, column: 1 }];
  }
  return findProblemsIn(text, file, policy);
}

/** The same for a text that need not be saved; `file` is its present or future name. */
export function findProblemsIn(text: string, file: string, policy: UrlPolicy): Finding[] {
  let source: JsonSource;
  try {
    source = readJsonSource(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const { message, hint, offset } = error;
    const place = placeAt(text, offset);
    return [{ file, severity: 'error', code: 'template.invalid', path: '$', message, hint, ...place }];
  }
  const told = tellAll(source, file, policy).map(({ keys, path, ...rest }): Finding => {
    return { ...rest, file, path: path ?? pathOf(keys), ...source.placeOf(keys) };
  });
  const seen = new Set<string>();
  return told
    .filter(({ path, message }) => !seen.has(`${path} ${message}`) && seen.add(`${path} ${message}`))
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function tellAll(source: JsonSource, file: string, policy: UrlPolicy): Told[] {
  const repeated = source.repeated.map((keys): Told => {
    const message = `The key "${keys.at(-1)}" appears twice here.`;
    return {
      severity: 'warning',
      code: 'lint.repeatedKey',
      keys,
      message,
      hint: 'Only the last one counts: remove one.',
    };
  });
  const parsed = templateFileSchema.safeParse(source.value);
  if (!parsed.success) {
    const issues = parsed.error.issues.flatMap((issue) => explainIssue(issue, source.value));
    return [
      ...repeated,
      ...issues.map((one): Told => ({ severity: 'error', code: 'template.invalid', ...one })),
    ];
  }
  const expected = `${addressOf(parsed.data)}.json`;
  const misnamed: Told[] =
    basename(file) === expected
      ? []
      : [
          {
            severity: 'error',
            code: 'template.invalid',
            keys: ['version'],
            message: `The file must be named ${expected}.`,
            hint: 'Rename the file, or correct its id and version.',
          },
        ];
  const { template, problems } = compileAll(parsed.data, source, policy);
  const samples = template === undefined ? [] : proveAll(template, source, policy);
  const hasErrors = problems.length > 0 || samples.length > 0;
  const warnings = findWarnings(parsed.data, hasErrors ? undefined : template, policy);
  return [...repeated, ...misnamed, ...problems, ...samples, ...warnings];
}

/** Compiles a file until no mistake is left, each time with the previous mistake mended. */
function compileAll(
  file: TemplateFile,
  source: JsonSource,
  policy: UrlPolicy,
): { template?: CompiledTemplate; problems: Told[] } {
  const rest = structuredClone(file);
  const attempts = new Map<string, number>();
  const problems: Told[] = [];
  while (problems.length < mostProblems) {
    try {
      return { template: compileTemplate(rest, 'lint', policy), problems };
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const path = readFilePath(error);
      const attempt = attempts.get(path) ?? 0;
      attempts.set(path, attempt + 1);
      const keys = source.keysOf(path);
      if (attempt === 0) problems.push(tell(error, keys, path));
      if (!mend(rest, readWrittenKeys(path), attempt) && !simplifyFields(rest, path, attempt))
        return { problems };
    }
  }
  return { problems };
}

/** A schema that cannot be used is replaced by one that declares the same names. */
function simplifyFields(file: TemplateFile, path: string, attempt: number): boolean {
  if (!path.startsWith('$.fields') || attempt > 0) return false;
  file.fields = { type: 'object', properties: removeAnnotationsOfProperties(file.fields.properties) };
  return true;
}

function removeAnnotationsOfProperties(properties: unknown): Record<string, object> {
  if (typeof properties !== 'object' || properties === null) return {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, node]) => [name, removeAnnotations(node)]),
  );
}

function removeAnnotations(node: unknown): object {
  const inner = findValueAt(node, ['properties']);
  if (inner !== undefined) return { type: 'object', properties: removeAnnotationsOfProperties(inner) };
  const items = findValueAt(node, ['items']);
  if (items !== undefined) return { type: 'array', items: removeAnnotations(items) };
  return { type: ['string', 'number', 'boolean'] };
}

/** Checks every sample in every locale; reports each unknown field, and the first other mistake of a sample. */
function proveAll(template: CompiledTemplate, source: JsonSource, policy: UrlPolicy): Told[] {
  const { samples, locales } = template.file;
  return Object.entries(samples).flatMap(([name, sample]) =>
    locales.flatMap((locale) => {
      const told: Told[] = [];
      const fields = structuredClone(sample);
      const tried: CompiledTemplate = {
        ...template,
        file: { ...template.file, samples: { [name]: fields } },
      };
      while (told.length < mostProblems) {
        try {
          proveSample(tried, name, locale, policy);
          return told;
        } catch (error) {
          if (!(error instanceof CodedError)) throw error;
          const path = placeOfSampleError(error, name);
          told.push({
            ...tell(error, source.keysOf(path), path),
            code: 'template.invalid',
            message: `Sample "${name}"${locales.length > 1 && !path.startsWith('$.samples') ? ` in ${locale}` : ''}: ${error.message}`,
          });
          const key = readWrittenKeys(path).slice(2);
          if (error.code !== 'template.unknownField' || !drop(fields, key)) return told;
        }
      }
      return told;
    }),
  );
}

function drop(fields: Record<string, unknown>, keys: Keys): boolean {
  const node = findValueAt(fields, keys.slice(0, -1));
  const key = keys.at(-1);
  if (typeof node !== 'object' || node === null || key === undefined || !Object.hasOwn(node, key))
    return false;
  return Reflect.deleteProperty(node, key);
}

/** The place of a sample's mistake: fields are under `samples`, and a mistake in its card belongs to the sample, too. */
function placeOfSampleError(error: CodedError, sample: string): string {
  const path = error.path ?? '$';
  if (path.startsWith('fields:$')) return `$.samples.${sample}${path.slice('fields:$'.length)}`;
  if (/^(?:template:)?\$\.(?:card|text)/.test(path)) return readFilePath(error);
  return `$.samples.${sample}`;
}

const readFilePath = (error: CodedError): string => (error.path ?? '$').replace(/^template:/, '');

/** The keys of a path, even of a place that the file does not have. */
function readWrittenKeys(path: string): Keys {
  const steps = path.slice(1).match(/\.[^.[\]]+|\[\d+\]/g) ?? [];
  return steps.map((step) => (step.startsWith('[') ? Number(step.slice(1, -1)) : step.slice(1)));
}

function pathOf(keys: Keys): string {
  return keys.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}.${key}`),
    '$',
  );
}

function tell(error: CodedError, keys: Keys, path: string): Told {
  const hint = error.hint.includes('-- lint') ? 'Compare it with docs/card-authors.md.' : error.hint;
  return { severity: 'error', code: error.code, keys, path, message: error.message, hint };
}

/** The warnings of `lint`: valid parts that may surprise somebody. */
export const lintRules = {
  'lint.absentField': 'an absent optional field removes the rest of its line',
  'lint.binding': 'a text contains something like a binding, and customers would read it as it is written',
  'lint.comparison': 'a condition compares a field with a value that it can never have',
  'lint.degraded': 'a route shows a part in another way than the card defines',
  'lint.html': 'a text contains HTML, and customers would read it as it is written',
  'lint.limits': 'no value fits the limits of a field',
  'lint.locale': 'a locale is not a language, or appears twice',
  'lint.markdown': 'a text contains Markdown marks but is not Markdown',
  'lint.picture': 'clients crop the picture, or its alternative text is the name of a file',
  'lint.repeatedKey': 'a key appears twice, and only the last one counts',
  'lint.strike': 'struck-through text, which three of four routes cannot show',
  'lint.translation': 'a locale has no text of its own',
  'lint.unknownPayload': 'no dialog understands what a button sends',
  'lint.unusedField': 'no text uses a declared field',
} as const;

/** A problem or warning about a file. */
export interface Finding extends Place {
  readonly file: string;
  readonly severity: 'error' | 'warning';
  /** A code of `errorCodes`, or one of `lintRules`. */
  readonly code: CodedError['code'] | keyof typeof lintRules;
  /** JSON path in the file. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}
