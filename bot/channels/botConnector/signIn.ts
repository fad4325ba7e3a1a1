import { type Activity, type Attachment, CardFactory, type TurnContext } from 'botbuilder';
import {
  type BotFrameworkAuthentication,
  ClaimsIdentity,
  type UserTokenClient,
} from 'botframework-connector';
import { CodedError } from '../../../cards/errors.ts';
import { isObject } from '../../../cards/readers/botFramework/readFields.ts';

/** The bot's own token service, for `OAuthPrompt`. */
export interface SignInOptions {
  /** The authentication that the bot's `CloudAdapter` is made with. */
  authentication: Pick<BotFrameworkAuthentication, 'createUserTokenClient'>;
  /** The bot's app id (`MicrosoftAppId`). */
  appId: string;
}

/** The identity of the bot, as the SDK reads it from a channel's token. */
export function identityOf({ appId }: SignInOptions): ClaimsIdentity {
  return new ClaimsIdentity(
    [
      { type: 'aud', value: appId },
      { type: 'appid', value: appId },
    ],
    true,
  );
}

/** The client of the token service; without one, a client that says what is missing. */
export async function tokenClientOf(options: SignInOptions | undefined): Promise<UserTokenClient> {
  if (options === undefined) return missing;
  return options.authentication.createUserTokenClient(identityOf(options));
}

function refuse(): Promise<never> {
  return Promise.reject(
    new CodedError('config.invalid', 'OAuthPrompt needs the token service of the bot.', {
      hint: 'Give `signIn: { authentication, appId }` to the connector; docs/plugin.md shows it.',
    }),
  );
}

const missing: UserTokenClient = {
  getUserToken: refuse,
  getSignInResource: refuse,
  signOutUser: refuse,
  getTokenStatus: refuse,
  getAadTokens: refuse,
  exchangeToken: refuse,
};

/**
 * Puts the address to sign in into OAuth cards that have none: other channels ask the token service themselves when they
 * show such a card.
 *
 * @throws what the token service says
 */
export async function withSignInLinks(
  context: TurnContext,
  activity: Partial<Activity>,
  client: UserTokenClient,
): Promise<Partial<Activity>> {
  const { attachments } = activity;
  if (!Array.isArray(attachments) || !attachments.some(isOAuthCard)) return activity;
  const linked: Attachment[] = [];
  for (const one of attachments) linked.push(isOAuthCard(one) ? await withLink(context, one, client) : one);
  return { ...activity, attachments: linked };
}

function isOAuthCard(attachment: unknown): boolean {
  return isObject(attachment) && attachment.contentType === CardFactory.contentTypes.oauthCard;
}

async function withLink(
  context: TurnContext,
  card: Attachment,
  client: UserTokenClient,
): Promise<Attachment> {
  const { content } = card;
  if (!isObject(content) || typeof content.connectionName !== 'string') return card;
  const [button] = Array.isArray(content.buttons) ? content.buttons : [];
  if (isObject(button) && typeof button.value === 'string') return card;
  const { signInLink } = await client.getSignInResource(content.connectionName, context.activity, '');
  return { ...card, content: { ...content, buttons: [{ ...button, type: 'signin', value: signInLink }] } };
}
