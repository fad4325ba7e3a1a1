import type { ConfigurationBotFrameworkAuthentication, Middleware, TurnContext } from 'botbuilder';
import { createCredentialCheck } from '../../http/callers.ts';
import { readNamedConversation, setGuestConversation } from '../../turns/turnState.ts';

/** The identity of a caller, by the SDK. */
type Identity = Awaited<
  ReturnType<ConfigurationBotFrameworkAuthentication['authenticateRequest']>
>['claimsIdentity'];

/** How the gateway to Genesys identifies itself. Without app ids and secrets, nobody may name a Genesys conversation. */
export interface GuestGatewayOptions {
  /** App ids of Microsoft Entra: a verified token of one of them is the gateway's. */
  appIds?: readonly string[];
  /** Secrets that the gateway may send as `Authorization: Bearer SECRET` instead of a token. */
  secrets?: readonly string[];
  /** Called when another caller names a Genesys conversation, which the bot ignores. */
  onIgnored?: () => void;
}

/**
 * Lets only the gateway choose the Genesys conversation that receives a turn's cards: on Web Chat and Direct Line, the customer's
 * own browser writes an activity's `channelData`. Must run before `CardMiddleware`.
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

  /** Says whether the header `Authorization` of a request holds one of the secrets. */
  hasSecret(authorization: string): boolean {
    return this.#check({ headers: { authorization } }) === 'accepted';
  }

  /** Marks the identity of a caller with a secret as the gateway's. */
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

  /** Says whether an identity is the gateway's. */
  isGateway(identity: Identity | undefined): boolean {
    if (identity === undefined) return false;
    const appId = identity.isAuthenticated ? appIdOf((type) => identity.getClaimValue(type)) : undefined;
    return this.#vouched.has(identity) || (appId !== undefined && this.#appIds.has(appId.toLowerCase()));
  }
}

/**
 * Returns the SDK's setting by which these apps of the tenant may call the bot with their own tokens, besides the channels. The SDK
 * accepts neither other apps nor other issuers without it.
 */
export function acceptTokensOf(
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

/** The app of a verified token, found as the SDK does; undefined for a channel's token, which has no version. */
function appIdOf(claimOf: (type: string) => string | null | undefined): string | undefined {
  const version = claimOf('ver') ?? undefined;
  if (version === undefined) return undefined;
  return claimOf(version === '2.0' ? 'azp' : 'appid') ?? undefined;
}
