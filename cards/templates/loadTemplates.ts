import { basename, join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { readCardRequest } from '../cardRequest.ts';
import type { CheckedCard } from '../checks/checkedCard.ts';
import { copyPlainly } from '../checks/plainJson.ts';
import { findClosest } from '../closest.ts';
import { CodedError } from '../errors.ts';
import { requireAtMost } from '../limits.ts';
import { anyPublicHost } from '../richText/urlPolicy.ts';
import { type CompiledTemplate, compileTemplate, proveSample } from './compileTemplate.ts';
import {
  addressOf,
  asProblem,
  createFolderProblem,
  listTemplateFiles,
  publishedFile,
  readPublished,
  readTemplate,
  requireUnchanged,
  type TemplateProblem,
} from './readTemplates.ts';

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
      const isPublished = error instanceof CodedError;
      problems.push(
        isPublished ? { file: join(dir, publishedFile), error } : createFolderProblem(dir, error),
      );
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

/** Valid templates by path, content and policy: the organisations of a bot, a watch and an author's tool load the same files again. */
const validTemplates = new LRUCache<string, CompiledTemplate>({ max: 100 });

/**
 * Reads one template file, compiles it, and composes every sample in every locale through the full check of raw cards. A file with the
 * same content as before is not compiled again.
 *
 * @throws CodedError `template.invalid` with the path in the file.
 */
export function loadTemplate(path: string, policy = anyPublicHost): CompiledTemplate {
  const { file, hash } = readTemplate(path);
  const key = JSON.stringify([path, file, hash, policy]);
  const known = validTemplates.get(key);
  if (known !== undefined) return known;
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
  validTemplates.set(key, template);
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

/** The templates of a running bot, by address. */
export class TemplateRegistry {
  #templates: ReadonlyMap<string, CompiledTemplate>;

  /** @throws CodedError the first problem of the loaded templates, and how many there are: a bad template stops the start. */
  constructor({ templates, problems }: LoadedTemplates) {
    const [problem] = problems;
    if (problem !== undefined) throw createProblemError(problem, problems.length);
    this.#templates = templates;
  }

  /** Takes newly loaded templates at once, or keeps all the old ones when there is a problem. Says whether it took them. */
  replace({ templates, problems }: LoadedTemplates): boolean {
    if (problems.length > 0) return false;
    this.#templates = templates;
    return true;
  }

  /** The addresses, sorted. */
  get addresses(): string[] {
    return [...this.#templates.keys()].sort();
  }

  /** @throws CodedError `template.unknown` */
  get(address: string): CompiledTemplate {
    const template = this.#templates.get(address);
    if (template === undefined) {
      const meant = findClosest(address, this.#templates.keys());
      throw new CodedError('template.unknown', 'The template does not exist.', {
        path: 'request:$.templateId',
        hint: meant && `Did you mean ${meant}? \`npm run cards -- list\` shows the templates.`,
      });
    }
    return template;
  }

  /**
   * Makes the cards that a dialog asked for: `{ templateId, fields, locale?, messageId? }`, usually one.
   *
   * @throws CodedError `template.*` or `card.*` with the JSON path in the request.
   */
  compose(request: unknown): CheckedCard[] {
    const { templateId, fields, locale, messageId } = readCardRequest(
      copyPlainly(request, 'template.invalidField', 'request:$'),
    );
    requireAtMost('dynamicFields', Object.keys(fields).length, () => 'fields:$');
    return this.get(templateId).compose(fields, { locale, messageId });
  }
}

function createProblemError({ file, error }: LoadedTemplates['problems'][number], count: number): CodedError {
  const first = `${file}: ${error.message}`;
  const message = count === 1 ? first : `${count} template files are invalid. The first is ${first}`;
  return new CodedError(error.code, message, { hint: error.hint, path: error.path, cause: error });
}
