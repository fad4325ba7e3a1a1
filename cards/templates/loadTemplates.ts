import { basename, join } from 'node:path';
import { CodedError } from '../errors.ts';
import { anyPublicHost } from '../richText/urlPolicy.ts';
import { type CompiledTemplate, compileTemplate, proveSample } from './compileTemplate.ts';
import { publishedFile, readPublished, requireUnchanged } from './published.ts';
import {
  asProblem,
  createFolderProblem,
  listTemplateFiles,
  readTemplate,
  type TemplateProblem,
} from './readTemplates.ts';
import { addressOf } from './templateFile.ts';

/** The valid templates, and every problem of the others. */
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
      problems.push(createFolderProblem(dir, error));
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

/**
 * Reads one template file, compiles it, and composes every sample in every locale through the full check of raw cards.
 *
 * @throws CodedError `template.invalid` with the path in the file.
 */
export function loadTemplate(path: string, policy = anyPublicHost): CompiledTemplate {
  const { file, hash } = readTemplate(path);
  const template = asInvalid('', () => compileTemplate(file, hash, policy));
  const expected = `${addressOf(file)}.json`;
  if (basename(path) !== expected) {
    throw new CodedError('template.invalid', `The file must be named ${expected}.`, {
      path: 'template:$.version',
    });
  }
  for (const sample of Object.keys(file.samples)) {
    for (const locale of file.locales) {
      asInvalid(`Sample "${sample}" in ${locale}: `, () => proveSample(template, sample, locale, policy));
    }
  }
  return template;
}

/** An error of a card check at load is an error of the template: same path and hint, code `template.invalid`. */
function asInvalid<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new CodedError('template.invalid', `${where}${error.message}`, {
      hint: error.hint,
      path: error.path,
      cause: error,
    });
  }
}
