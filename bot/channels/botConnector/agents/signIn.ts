import { type AuthProvider, type Connections, UserTokenClient } from '@microsoft/agents-hosting';
import { CodedError } from '../../../../cards/errors.ts';
import { isObject } from '../../../../cards/json.ts';
import type { Agent } from './agentsAdapter.ts';

/** The token service of an agent, for the `authorization` of its handlers. */
export interface AgentSignInOptions {
  /** What signs the agent in to the token service; default: the connections of the `AgentApplication`'s own adapter. */
  connections?: Connections | undefined;
  /** Where the token service is; default `TOKEN_SERVICE_ENDPOINT`, as in the SDK, or the Bot Framework's. */
  tokenServiceUrl?: string | undefined;
}

const scope = 'https://api.botframework.com';

/**
 * Makes the clients of an agent's token service, each for the turn of a bot. Without a connection the client refuses with an
 * error that says what is missing: most agents sign nobody in and have none.
 */
export function tokenClientsOf(
  agent: Agent,
  options: AgentSignInOptions = {},
): (botId: string) => Promise<UserTokenClient> {
  const {
    connections = connectionsOf(agent),
    tokenServiceUrl = process.env.TOKEN_SERVICE_ENDPOINT ?? scope,
  } = options;
  return (botId) => {
    const provider = providerOf(connections, tokenServiceUrl, botId);
    return UserTokenClient.createClientWithScope(tokenServiceUrl, provider, scope);
  };
}

function connectionsOf({ adapter }: Agent): Connections | undefined {
  const found = isObject(adapter) ? adapter.connectionManager : undefined;
  return isConnections(found) ? found : undefined;
}

function isConnections(value: unknown): value is Connections {
  return isObject(value) && typeof value.getTokenProvider === 'function';
}

function providerOf(connections: Connections | undefined, url: string, botId: string): AuthProvider {
  if (connections === undefined) return missing();
  try {
    const { clientId = botId } = connections.getDefaultConnectionConfiguration();
    const provider = connections.getTokenProvider({ aud: clientId }, url);
    // The SDK makes a connection of nothing, which asks the service without a credential.
    return provider.connectionSettings?.clientId === undefined ? missing() : provider;
  } catch (cause) {
    return missing(cause);
  }
}

function missing(cause?: unknown): AuthProvider {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new CodedError('config.invalid', 'A sign-in needs a connection of the agent to the token service.', {
        hint: 'Configure the connection as on other channels, or give `signIn: { connections }` to the connector.',
        cause,
      }),
    );
  return {
    getAccessToken: refuse,
    getAgenticApplicationToken: refuse,
    getAgenticInstanceToken: refuse,
    getAgenticUserToken: refuse,
    acquireTokenOnBehalfOf: refuse,
  };
}
