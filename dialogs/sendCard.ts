import { cardAttachment, type TemplateFields, type TemplateId } from '../cards/cardRequest.ts';
import { codeOf } from '../cards/errors.ts';
import { say, textsOf } from './say.ts';
import { MessageFactory, type TurnContext } from './sdk.ts';

const localePattern = /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,4}$/;

/**
 * Asks for a card: a template by its address, such as `order-status-v1`, and its fields.
 *
 * Locale: that of the customer's message unless given; one that is no locale at all is left out. When the card is
 * refused (template.*, card.*, genesys.*, store.full), the customer reads a sentence that offers a person, and the
 * answer is false. Other errors go on.
 */
export async function sendCard<T extends TemplateId>(
  context: TurnContext,
  templateId: T,
  fields: TemplateFields<T>,
  locale: string | undefined = context.activity.locale,
): Promise<boolean> {
  const options = locale !== undefined && localePattern.test(locale) ? { locale } : {};
  try {
    await context.sendActivity(MessageFactory.attachment(cardAttachment(templateId, fields, options)));
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await say(context, textsOf(context).cardRefused);
    return false;
  }
}

function isRefusal(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (code === 'store.full' || /^(template|card|genesys)\./.test(code));
}
