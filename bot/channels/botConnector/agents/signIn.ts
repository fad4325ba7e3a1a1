import { type AuthProvider, type Connections, UserTokenClient } from '@microsoft/agents-hosting';
import { CodedError } from '../../../../cards/errors.ts';
import { isObject } from '../../../../cards/json.ts';

const scope = 'https://api.botframework.com';

/**
 * Makes the clients of an agent's token service, each for the turn of a bot, by the connections of the agent's own adapter.
 * Without a connection the client refuses with an error that says what is missing: most agents sign nobody in and have none.
 *
 * @param url of the token service; default `TOKEN_SERVICE_ENDPOINT`, as in the SDK, or the Bot Framework's
 */
export function tokenClientsOf(
  adapter: unknown,
  url: string = process.env.TOKEN_SERVICE_ENDPOINT ?? scope,
): (botId: string) => Promise<UserTokenClient> {
  const found = isObject(adapter) ? adapter.connectionManager : undefined;
  const connections = isConnections(found) ? found : undefined;
  return (botId) => UserTokenClient.createClientWithScope(url, providerOf(connections, url, botId), scope);
}

function isConnections(value: unknown): value is Connections {
  return isObject(value) && typeof value.getTokenProvider === 'function';
}

function providerOf(connections: Connections | undefined, url: string, botId: string): AuthProvider {
  if (connections === undefined) return createMissingProvider();
  try {
    const { clientId = botId } = connections.getDefaultConnectionConfiguration();
    const provider = connections.getTokenProvider({ aud: clientId }, url);
    // The SDK makes a connection of nothing, which asks the service without a credential.
    return provider.connectionSettings?.clientId === undefined ? createMissingProvider() : provider;
  } catch (cause) {
    return createMissingProvider(cause);
  }
}

function createMissingProvider(cause?: unknown): AuthProvider {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new CodedError('config.invalid', 'A sign-in needs a connection of the agent to the token service.', {
        hint: "Configure the agent's connection as for other channels, or give its own adapter as `adapter`.",
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
