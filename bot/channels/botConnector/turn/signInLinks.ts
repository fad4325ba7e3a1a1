import { codeOf } from '../../../../cards/errors.ts';
import { isObject } from '../../../../cards/json.ts';
import type { Activity, Attachment } from '../../../turns/activity.ts';

const oauthCard = 'application/vnd.microsoft.card.oauth';

/**
 * Puts the address to sign in into OAuth cards that have none: other channels ask the token service themselves when they
 * show such a card.
 *
 * Without a token service the card is shown without its button, and the developer gets a report.
 *
 * @param linkOf asks the token service by the name of the connection
 * @param tell called when there is no token service
 * @throws what the token service says
 */
export async function withSignInLinks(
  activity: Activity,
  linkOf: (connectionName: string) => Promise<string | undefined>,
  tell: (error: unknown) => void,
): Promise<Activity> {
  const { attachments } = activity;
  if (!Array.isArray(attachments) || !attachments.some(isOAuthCard)) return activity;
  const linkOrTell = async (connectionName: string): Promise<string | undefined> => {
    try {
      return await linkOf(connectionName);
    } catch (error) {
      if (codeOf(error) !== 'config.invalid') throw error;
      tell(error);
      return undefined;
    }
  };
  const linked: Attachment[] = [];
  for (const one of attachments) linked.push(isOAuthCard(one) ? await withLink(one, linkOrTell) : one);
  return { ...activity, attachments: linked };
}

function isOAuthCard(attachment: unknown): boolean {
  return isObject(attachment) && attachment.contentType === oauthCard;
}

async function withLink(
  card: Attachment,
  linkOf: (connectionName: string) => Promise<string | undefined>,
): Promise<Attachment> {
  const { content } = card;
  if (!isObject(content) || typeof content.connectionName !== 'string') return card;
  const [button] = Array.isArray(content.buttons) ? content.buttons : [];
  if (isObject(button) && typeof button.value === 'string') return card;
  const value = await linkOf(content.connectionName);
  return { ...card, content: { ...content, buttons: [{ ...button, type: 'signin', value }] } };
}
