import { generateKeyPairSync, sign } from 'node:crypto';
import { ConfigurationServiceClientCredentialFactory } from 'botbuilder';
import { BotAuthentication } from '../../bot/channels/botFramework/createBotFrameworkAdapter.ts';
import { json, listen } from './listen.ts';

export const appId = '11111111-1111-4111-8111-111111111111';
export const tenantId = '22222222-2222-4222-8222-222222222222';
export const serviceUrl = 'https://directline.botframework.com/';
const issuer = 'https://api.botframework.com';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The claims of a token that the Bot Framework makes for a channel. */
const channelClaims = { iss: issuer, aud: appId, exp: 4_000_000_000, serviceurl: serviceUrl };

/** The claims of a token that Microsoft Entra makes for an app of the bot's tenant, of version 1 or 2. */
export function claimsOfApp(caller: string, version: '1.0' | '2.0' = '1.0'): object {
  return version === '1.0'
    ? {
        iss: `https://sts.windows.net/${tenantId}/`,
        ver: version,
        appid: caller,
        aud: appId,
        exp: 4_000_000_000,
      }
    : {
        iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
        ver: version,
        azp: caller,
        aud: appId,
        exp: 4_000_000_000,
      };
}

/** Signs a token; without `claims`, or with some of them only, it is that of a channel. */
export function token(claims: object = {}, whole = false): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = whole ? claims : { ...channelClaims, ...claims };
  const signed = `${part({ alg: 'RS256', kid: 'k' })}.${part(payload)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

/** A server with the keys of the Bot Framework and of Microsoft Entra, which answers with `status.keys`. */
export async function startKeys(endorsements: readonly string[] | undefined = ['directline']) {
  const status = { keys: 200 };
  const server = await listen(({ path }, response) =>
    path === '/metadata'
      ? json(response, 200, { issuer, jwks_uri: `${server.url}/keys` })
      : json(response, status.keys, {
          keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', endorsements }],
        }),
  );
  return { status, url: server.url, close: server.close };
}

/** The SDK's authentication of a bot with an app id that takes tokens signed here. */
export function authenticationWith(
  keysUrl: string,
  callers?: ConstructorParameters<typeof BotAuthentication>[2],
): BotAuthentication {
  return new BotAuthentication(
    {
      ValidateAuthority: 'true',
      ToChannelFromBotLoginUrl: 'https://login.example',
      ToChannelFromBotOAuthScope: issuer,
      ToBotFromChannelTokenIssuer: issuer,
      OAuthUrl: issuer,
      ToBotFromChannelOpenIdMetadataUrl: `${keysUrl}/metadata`,
      ToBotFromEmulatorOpenIdMetadataUrl: `${keysUrl}/metadata`,
      CallerId: 'caller',
    },
    new ConfigurationServiceClientCredentialFactory({
      MicrosoftAppType: 'SingleTenant',
      MicrosoftAppId: appId,
      MicrosoftAppPassword: 'password',
      MicrosoftAppTenantId: tenantId,
    }),
    callers,
  );
}
