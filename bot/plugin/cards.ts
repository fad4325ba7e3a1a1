import { cardAttachment, type TemplateFields, type TemplateId } from '../../cards/cardRequest.ts';
import { localeOf } from '../../cards/locale.ts';
import { anyPublicHost, type UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { loadTemplates, TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import { ownTemplatesDir } from '../../cards/templates/readTemplates.ts';
import type { Attachment } from '../turns/activity.ts';

/** Folders of card templates, and the allowed hosts of their links. */
export interface CardRegistryOptions {
  /** Folders with templates, in addition to the templates of the package. */
  templateDirs?: readonly string[];
  /** Allowed hosts of links and pictures; default: any public https host. */
  policy?: UrlPolicy;
}

/**
 * Loads the card templates.
 *
 * @throws CodedError `template.*` for the first one that is wrong
 */
export function createCardRegistry({
  templateDirs = [],
  policy = anyPublicHost,
}: CardRegistryOptions = {}): TemplateRegistry {
  return new TemplateRegistry(loadTemplates([ownTemplatesDir, ...templateDirs], policy));
}

/** The context of a turn in either SDK. */
export interface SendingContext {
  readonly activity: { locale?: string | undefined };
  sendActivities(activities: { type: string; attachments?: Attachment[] }[]): Promise<unknown>;
}

/**
 * Sends a card: a template by its address, such as `order-status-v1`, and its fields; needs `CardMiddleware` on the adapter.
 * The default locale is that of the customer's message. `npm run cards -- types` makes the compiler check the address and the fields.
 *
 * @throws CodedError `template.*` or `card.*` when the card is refused; also the error of the adapter
 */
export async function sendCard<T extends TemplateId>(
  context: SendingContext,
  templateId: T,
  fields: TemplateFields<T>,
  locale: string | undefined = localeOf(context.activity),
): Promise<void> {
  const attachment = cardAttachment(templateId, fields, { locale });
  await context.sendActivities([{ type: 'message', attachments: [attachment] }]);
}
