import { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { LRUCache } from 'lru-cache';
import { limitReplies } from './limitReplies.ts';

type Authenticate = ConfigurationBotFrameworkAuthentication['authenticateRequest'];
type Identity = Awaited<ReturnType<Authenticate>>['claimsIdentity'];
type ConnectorFactory = ReturnType<ConfigurationBotFrameworkAuthentication['createConnectorFactory']>;
type Connector = ReturnType<ConnectorFactory['create']>;
type UserTokenClient = ReturnType<ConfigurationBotFrameworkAuthentication['createUserTokenClient']>;

/** Clients that are kept: channels have a handful of service addresses, but a bot without an app id accepts any. */
const keptClients = 100;

/**
 * The SDK's authentication, but the clients with which the bot answers are kept from turn to turn, and their replies are
 * limited. The SDK makes new ones for each turn, with a pipeline of their own, used or not. They hold nothing of a turn, and
 * their credentials renew their tokens.
 */
export class BotAuthentication extends ConfigurationBotFrameworkAuthentication {
  readonly #connectors = new LRUCache<string, Connector>({ max: keptClients });
  readonly #userTokens = new LRUCache<string, UserTokenClient>({ max: keptClients });

  override async authenticateRequest(...request: Parameters<Authenticate>): ReturnType<Authenticate> {
    const result = await super.authenticateRequest(...request);
    const { claimsIdentity, connectorFactory } = result;
    if (connectorFactory === undefined) return result;
    return { ...result, connectorFactory: this.#keeping(connectorFactory, claimsIdentity) };
  }

  override createConnectorFactory(identity: Identity): ConnectorFactory {
    return this.#keeping(super.createConnectorFactory(identity), identity);
  }

  override createUserTokenClient(identity: Identity): UserTokenClient {
    return keep(this.#userTokens, describeCaller(identity), () => super.createUserTokenClient(identity));
  }

  #keeping(factory: ConnectorFactory, identity: Identity): ConnectorFactory {
    return {
      create: (serviceUrl, audience) =>
        keep(this.#connectors, JSON.stringify([describeCaller(identity), serviceUrl, audience]), async () => {
          const connector = await factory.create(serviceUrl, audience);
          limitReplies(connector);
          return connector;
        }),
    };
  }
}

/** Whom the SDK takes a client's credentials for: the bot, by these claims. */
function describeCaller(identity: Identity): string {
  return JSON.stringify([identity.getClaimValue('aud'), identity.getClaimValue('appid')]);
}

/** A client that could not be made is not kept. */
function keep<T>(kept: LRUCache<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const before = kept.get(key);
  if (before !== undefined) return before;
  const made = make();
  kept.set(key, made);
  made.catch(() => kept.delete(key));
  return made;
}
