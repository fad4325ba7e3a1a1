import { basename } from 'node:path';
import { MessageFactory, type Middleware, type TurnContext } from 'botbuilder';
import { cardContentType } from '../../cards/cardRequest.ts';
import { CodedError } from '../../cards/errors.ts';
import type { TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import type { TemplateProblem } from '../../cards/templates/readTemplates.ts';

const command = /^\/card(?:\s+([a-z0-9-]+))?(?:\s+([a-z0-9-]+))?(?:\s+([A-Za-z][A-Za-z\d-]{1,34}))?\s*$/;

/**
 * Shows card authors a sample of a template in any chat: `/card TEMPLATE [SAMPLE] [LOCALE]`; `/card` lists the templates. Errors of
 * template files come first. Not for production: createApp does not add it there.
 */
export class SampleCards implements Middleware {
  readonly #registry: TemplateRegistry;
  readonly #problems: () => readonly TemplateProblem[];

  constructor(registry: TemplateRegistry, problems: () => readonly TemplateProblem[]) {
    this.#registry = registry;
    this.#problems = problems;
  }

  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    const match = context.activity.type === 'message' ? command.exec(context.activity.text ?? '') : null;
    if (match === null) return next();
    for (const { file, error } of this.#problems())
      await context.sendActivity(
        `${describeError(error, basename(file))} Until then the templates stay as they were.`,
      );
    const [, address, sample, locale] = match;
    if (address === undefined) {
      await context.sendActivity(`/card TEMPLATE [SAMPLE] [LOCALE]: ${this.#registry.addresses.join(', ')}`);
      return;
    }
    try {
      const { samples } = this.#registry.get(address).file;
      const name = sample ?? Object.keys(samples)[0] ?? '';
      const fields = samples[name];
      if (fields === undefined) {
        await context.sendActivity(`The samples of ${address} are: ${Object.keys(samples).join(', ')}`);
        return;
      }
      await context.sendActivity(
        MessageFactory.attachment({
          contentType: cardContentType,
          content: { templateId: address, fields, locale },
        }),
      );
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      await context.sendActivity(describeError(error));
    }
  }
}

function describeError({ code, path = '$', message, hint }: CodedError, file?: string): string {
  return `${code} at ${file === undefined ? path : `${file} ${path}`}: ${message} ${hint}`;
}
