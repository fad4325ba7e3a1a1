import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { decodeUtf8 } from '../../../cards/checks/plainJson.ts';
import { CodedError } from '../../../cards/errors.ts';
import type { SchemaNode } from '../../../cards/json.ts';
import type { UrlPolicy } from '../../../cards/richText/urlPolicy.ts';
import {
  type CompiledTemplate,
  compileTemplate,
  findMistakes,
  proveSample,
} from '../../../cards/templates/compileTemplate.ts';
import { FieldSchema } from '../../../cards/templates/fieldSchema.ts';
import { addressOf, type TemplateFile, templateFileSchema } from '../../../cards/templates/readTemplates.ts';
import { explainIssue, findValueAt } from './explainIssue.ts';
import { findWarnings, type lintRules } from './findWarnings.ts';
import { JsonFault, type JsonSource, type Keys, type Place, readJsonSource } from './jsonSource.ts';

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

/** A finding by the keys of its place in the file. */
export type Found = Pick<Finding, 'severity' | 'code' | 'message' | 'hint'> & { readonly keys: Keys };

const mostProblems = 100;

/** Finds every problem of a template file, and warnings, in the order of the file. */
export function findProblems(file: string, policy: UrlPolicy): Finding[] {
  let text: string;
  try {
    text = decodeUtf8(readFileSync(file), 'template.invalid');
  } catch (error) {
    const found =
      error instanceof CodedError
        ? createMistake([], error.message, error.hint)
        : createMistake([], 'The file cannot be read.', 'Check its name and permissions.');
    return [createFinding(found, file, { line: 1, column: 1 })];
  }
  return findProblemsIn(text, file, policy);
}

/** Finds the same in a text that is not saved; `file` is its present or future name. */
export function findProblemsIn(text: string, file: string, policy: UrlPolicy): Finding[] {
  let source: JsonSource;
  try {
    source = readJsonSource(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return [createFinding(createMistake([], error.message, error.hint), file, error.place)];
  }
  const found = findAll(source, file, policy).map((one) =>
    createFinding(one, file, source.placeOf(one.keys)),
  );
  const distinct = Map.groupBy(found, ({ path, message }) => `${path} ${message}`);
  return [...distinct.values()]
    .flatMap(([first]) => first ?? [])
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function createFinding({ keys, ...found }: Found, file: string, place: Place): Finding {
  const steps = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`));
  return { ...found, file, path: `$${steps.join('')}`, ...place };
}

function createMistake(keys: Keys, message: string, hint: string): Found {
  return { severity: 'error', code: 'template.invalid', keys, message, hint };
}

function findAll({ value, repeated }: JsonSource, file: string, policy: UrlPolicy): Found[] {
  const repeats = repeated.map(
    (keys): Found => ({
      severity: 'warning',
      code: 'lint.repeatedKey',
      keys,
      message: `The key "${keys.at(-1)}" appears twice here.`,
      hint: 'Only the last one counts: remove one.',
    }),
  );
  const { data, error } = templateFileSchema.safeParse(value);
  if (data === undefined) {
    const explained = error.issues.flatMap((issue) => explainIssue(issue, value));
    return [...repeats, ...explained.map(({ keys, message, hint }) => createMistake(keys, message, hint))];
  }
  const expected = `${addressOf(data)}.json`;
  const hint = 'Rename the file, or correct its id and version.';
  const misnamed =
    basename(file) === expected
      ? []
      : [createMistake(['version'], `The file must be named ${expected}.`, hint)];
  const template = compile(data, policy);
  const mistakes = template === undefined ? findMistakes(data, policy).slice(0, mostProblems) : [];
  const problems = mistakes.map((mistake) => describeError(mistake, keysIn(mistake.path)));
  const isSchemaValid = problems.every(({ keys }) => keys[0] !== 'fields');
  const samples = isSchemaValid ? checkSamples(data, template, policy) : [];
  const warnings = findWarnings(data, samples.length === 0 ? template : undefined, policy);
  return [...repeats, ...misnamed, ...problems, ...samples, ...warnings];
}

function compile(file: TemplateFile, policy: UrlPolicy): CompiledTemplate | undefined {
  try {
    return compileTemplate(file, 'lint', policy);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return undefined;
  }
}

/**
 * Checks every sample in every locale; reports each unknown field, and the first other mistake of a sample. Without a template,
 * because the file has mistakes, it checks the fields only.
 */
function checkSamples(
  file: TemplateFile,
  template: CompiledTemplate | undefined,
  policy: UrlPolicy,
): Found[] {
  // The file was parsed from JSON, so its schema and its samples are JSON.
  const schema = template === undefined ? new FieldSchema(file.fields as SchemaNode) : undefined;
  const check = (name: string, fields: TemplateFile['samples'][string], locale: string): void => {
    schema?.check(structuredClone(fields) as SchemaNode);
    const samples = { [name]: fields };
    if (template !== undefined)
      proveSample({ ...template, file: { ...file, samples } }, name, locale, policy);
  };
  return Object.entries(file.samples).flatMap(([name, sample]) =>
    file.locales.flatMap((locale) => {
      const found: Found[] = [];
      const fields = structuredClone(sample);
      while (found.length < mostProblems) {
        try {
          check(name, fields, locale);
          return found;
        } catch (error) {
          if (!(error instanceof CodedError)) throw error;
          const keys = keysOfSampleError(error, name);
          const place = file.locales.length > 1 && keys[0] !== 'samples' ? ` in ${locale}` : '';
          found.push({
            ...describeError(error, keys),
            code: 'template.invalid',
            message: `Sample "${name}"${place}: ${error.message}`,
          });
          if (error.code !== 'template.unknownField' || !drop(fields, keys.slice(2))) return found;
        }
      }
      return found;
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

/** The place of a sample's mistake: a mistake in its fields or its card belongs to the sample. */
function keysOfSampleError({ path = '$' }: CodedError, sample: string): Keys {
  if (path.startsWith('fields:')) return ['samples', sample, ...keysIn(path)];
  return /^(?:template:)?\$\.(?:card|text)/.test(path) ? keysIn(path) : ['samples', sample];
}

/** The keys of an error's path, up to a key that the path does not show. */
function keysIn(path = '$'): Keys {
  const [shown = ''] = path.slice(path.indexOf('$') + 1).split('[?]');
  const steps = shown.match(/\.[^.[\]]+|\[\d+\]/g) ?? [];
  return steps.map((step) => (step.startsWith('[') ? Number(step.slice(1, -1)) : step.slice(1)));
}

function describeError({ code, message, hint }: CodedError, keys: Keys): Found {
  const isOwnAdvice = hint.includes('-- lint');
  return {
    ...{ severity: 'error', code, keys, message },
    hint: isOwnAdvice ? 'Compare it with docs/card-authors.md.' : hint,
  };
}
