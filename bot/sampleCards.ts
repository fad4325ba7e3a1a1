import { MessageFactory, type Middleware, type TurnContext } from 'botbuilder';
import { cardAttachment } from '../cards/cardRequest.ts';
import { CodedError } from '../cards/errors.ts';
import type { TemplateRegistry } from '../cards/templates/registry.ts';

const command = /^\/card(?:\s+([a-z0-9-]+))?(?:\s+([a-z0-9-]+))?(?:\s+([A-Za-z-]{2,35}))?\s*$/;

/**
 * For card authors: `/card TEMPLATE [SAMPLE] [LOCALE]` typed in any chat shows a sample of a template, `/card` lists them.
 * Not for production: createApp leaves it out there.
 */
export class SampleCards implements Middleware {
  readonly #registry: TemplateRegistry;

  constructor(registry: TemplateRegistry) {
    this.#registry = registry;
  }

  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    const match = context.activity.type === 'message' ? command.exec(context.activity.text ?? '') : null;
    if (match === null) return next();
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
        MessageFactory.attachment(cardAttachment(address, fields, locale === undefined ? {} : { locale })),
      );
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      await context.sendActivity(`${error.code} at ${error.path ?? '$'}: ${error.message} ${error.hint}`);
    }
  }
}
