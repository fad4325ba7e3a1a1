import { cardAttachment, type TemplateFields, type TemplateId } from '../../cards/cardRequest.ts';
import type { Attachment } from './activity.ts';

/** The context of a turn in either SDK. */
export interface SendingContext {
  readonly activity: { locale?: string | undefined };
  sendActivities(activities: { type: string; attachments?: Attachment[] }[]): Promise<unknown>;
}

/**
 * Sends a card: a template by its address, such as `order-status-v1`, and its fields; needs `CardMiddleware` on the adapter.
 * Locale: that of the customer's message unless given. `cards -- types` makes the compiler check the address and the fields.
 *
 * @throws CodedError `template.*` or `card.*` when the card is refused; also what the adapter throws
 */
export async function sendCard<T extends TemplateId>(
  context: SendingContext,
  templateId: T,
  fields: TemplateFields<T>,
  locale: string | undefined = context.activity.locale,
): Promise<void> {
  const attachment = cardAttachment(templateId, fields, { locale });
  await context.sendActivities([{ type: 'message', attachments: [attachment] }]);
}
