import { codeOf } from '../../../../cards/errors.ts';
import { isObject } from '../../../../cards/json.ts';
import type { Activity, Attachment } from '../../../turns/activity.ts';

/** Asks the token service for the sign-in address of a connection. */
export type SignInLinkOf = (connectionName: string) => Promise<string | undefined>;

/**
 * Adds the sign-in address to OAuth cards that have none: other channels ask the token service themselves when they show such a
 * card. Without a token service the card is shown without its button.
 *
 * @param onMissing called with the error when there is no token service
 * @throws the error of the token service
 */
export async function withSignInLinks(
  activity: Activity,
  signInLinkOf: SignInLinkOf,
  onMissing: (error: unknown) => void,
): Promise<Activity> {
  const { attachments } = activity;
  if (!Array.isArray(attachments) || !attachments.some(isOAuthCard)) return activity;
  const linked: Attachment[] = [];
  for (const one of attachments) {
    try {
      linked.push(isOAuthCard(one) ? await withLink(one, signInLinkOf) : one);
    } catch (error) {
      if (codeOf(error) !== 'config.invalid') throw error;
      onMissing(error);
      linked.push(one);
    }
  }
  return { ...activity, attachments: linked };
}

function isOAuthCard(attachment: unknown): boolean {
  return isObject(attachment) && attachment.contentType === 'application/vnd.microsoft.card.oauth';
}

async function withLink(card: Attachment, signInLinkOf: SignInLinkOf): Promise<Attachment> {
  const { content } = card;
  if (!isObject(content) || typeof content.connectionName !== 'string') return card;
  const [button] = Array.isArray(content.buttons) ? content.buttons : [];
  if (isObject(button) && typeof button.value === 'string') return card;
  const value = await signInLinkOf(content.connectionName);
  return { ...card, content: { ...content, buttons: [{ ...button, type: 'signin', value }] } };
}
