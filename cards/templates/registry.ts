import { readCardRequest } from '../cardRequest.ts';
import type { CheckedCard } from '../checks/checkedCard.ts';
import { copyPlainly } from '../checks/plainJson.ts';
import { findClosest } from '../closest.ts';
import { CodedError } from '../errors.ts';
import { requireAtMost } from '../limits.ts';
import type { CompiledTemplate } from './compileTemplate.ts';
import type { LoadedTemplates } from './loadTemplates.ts';

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
