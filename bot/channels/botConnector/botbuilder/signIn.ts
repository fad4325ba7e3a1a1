import type { BotFrameworkAuthentication, ClaimsIdentity, UserTokenClient } from 'botframework-connector';
import { CodedError } from '../../../../cards/errors.ts';

/** The bot's own token service, for `OAuthPrompt`. */
export interface SignInOptions {
  /** The authentication that the bot's `CloudAdapter` is made with. */
  authentication: Pick<BotFrameworkAuthentication, 'createUserTokenClient'>;
  /** The bot's app id (`MicrosoftAppId`). */
  appId: string;
}

/** The identity of the bot, as the SDK reads it from a channel's token. */
export function identityOf({ appId }: SignInOptions): ClaimsIdentity {
  const claims = [
    { type: 'aud', value: appId },
    { type: 'appid', value: appId },
  ];
  return {
    claims,
    isAuthenticated: true,
    getClaimValue: (type) => claims.find((claim) => claim.type === type)?.value ?? null,
  };
}

/** The client of the token service; without one, a client that says what is missing. */
export async function tokenClientOf(options: SignInOptions | undefined): Promise<UserTokenClient> {
  if (options === undefined) return missing;
  return options.authentication.createUserTokenClient(identityOf(options));
}

function refuse(): Promise<never> {
  return Promise.reject(
    new CodedError('config.invalid', 'OAuthPrompt needs the token service of the bot.', {
      hint: 'Pass `signIn: { authentication, appId }` to the connector; docs/plugin-reference.md shows it.',
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
