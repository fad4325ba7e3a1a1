import type { ConfigurationBotFrameworkAuthentication, Middleware, TurnContext } from 'botbuilder';
import { createCredentialCheck } from '../../http/credential.ts';
import { readNamedConversation, setGuestConversation } from '../../turns/guestTurn.ts';

/** The identity of a caller, as the SDK gives it. */
type Identity = Awaited<
  ReturnType<ConfigurationBotFrameworkAuthentication['authenticateRequest']>
>['claimsIdentity'];

/** How the gateway to Genesys shows that it is the gateway. Neither is given: nobody may name a Genesys conversation. */
export interface GuestGatewayOptions {
  /** App ids of Microsoft Entra whose verified tokens are the gateway's. */
  appIds?: readonly string[];
  /** Secrets that the gateway sends as `Authorization: Bearer SECRET`, in place of a token. */
  secrets?: readonly string[];
  /** Called when another caller named a Genesys conversation, which is ignored. */
  onIgnored?: () => void;
}

/**
 * Lets only the gateway choose the Genesys conversation that a turn's cards go to: an activity's `channelData` is written by
 * the customer's own browser on Web Chat and Direct Line. Comes before `CardMiddleware`.
 */
export class GuestGateway implements Middleware {
  readonly #appIds: ReadonlySet<string>;
  readonly #check: ReturnType<typeof createCredentialCheck>;
  readonly #onIgnored: () => void;
  readonly #vouched = new WeakSet<Identity>();

  constructor({ appIds = [], secrets = [], onIgnored = () => {} }: GuestGatewayOptions) {
    this.#appIds = new Set(appIds.map((appId) => appId.toLowerCase()));
    this.#check = createCredentialCheck({ secrets });
    this.#onIgnored = onIgnored;
  }

  /** True for the header `Authorization` of a request that holds one of the secrets. */
  hasSecret(authorization: string): boolean {
    return this.#check({ headers: { authorization } }) === 'accepted';
  }

  /** Marks the identity of a caller with a secret as the gateway. */
  vouchFor(identity: Identity): void {
    this.#vouched.add(identity);
  }

  async onTurn(context: TurnContext, next: () => Promise<void>): Promise<void> {
    const conversationId = readNamedConversation(context.activity);
    if (conversationId !== undefined) {
      if (this.isGateway(context.turnState.get<Identity>(context.adapter.BotIdentityKey)))
        setGuestConversation(context, conversationId);
      else this.#onIgnored();
    }
    await next();
  }

  /** True for the identity of a caller that is the gateway. */
  isGateway(identity: Identity | undefined): boolean {
    if (identity === undefined) return false;
    const appId = identity.isAuthenticated ? appIdOf((type) => identity.getClaimValue(type)) : undefined;
    return this.#vouched.has(identity) || (appId !== undefined && this.#appIds.has(appId.toLowerCase()));
  }
}

/**
 * The SDK's setting by which apps of the tenant may call the bot with tokens of their own, besides the channels. The SDK takes
 * none unless it is told which, and none of the tenant's tokens unless it is told who makes them.
 */
export function takeTokensOf(
  appIds: readonly string[],
  tenantId: string,
): ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[2] {
  const allowed = appIds.map((appId) => appId.toLowerCase());
  return {
    requiredEndorsements: [],
    validTokenIssuers: [
      `https://sts.windows.net/${tenantId}/`,
      `https://login.microsoftonline.com/${tenantId}/v2.0`,
    ],
    validateClaims: async (claims) => {
      const claimOf = (type: string) => claims.find((claim) => claim.type === type)?.value;
      const appId = appIdOf(claimOf);
      if (appId !== undefined && appId !== claimOf('aud') && !allowed.includes(appId.toLowerCase()))
        throw new Error('This app may not call the bot.');
    },
  };
}

/** The app that a verified token was made for, read as the SDK reads it; undefined for a channel's token, which has no version. */
function appIdOf(claimOf: (type: string) => string | null | undefined): string | undefined {
  const version = claimOf('ver') ?? undefined;
  if (version === undefined) return undefined;
  return claimOf(version === '2.0' ? 'azp' : 'appid') ?? undefined;
}
