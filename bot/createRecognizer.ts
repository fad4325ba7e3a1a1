import { createAgents, createHttpClient } from '../cards/delivery/http.ts';
import { makeLazily } from '../cards/lazily.ts';
import type { CluOptions } from '../dialogs/recognizer/cluRecognizer.ts';
import { CluRecognizer } from '../dialogs/recognizer/cluRecognizer.ts';
import { EmbeddedRecognizer } from '../dialogs/recognizer/embeddedRecognizer.ts';
import type { IntentRecognizer } from '../dialogs/recognizer/intentRecognizer.ts';
import type { Config } from './config/config.ts';
import type { Log } from './log/log.ts';

const tokenScope = 'https://cognitiveservices.azure.com/.default';

/** The recognizer that the configuration asks for; undefined for the embedded one. `timeoutMs` as in `CluOptions`. */
export function createRecognizer(
  config: Config,
  log: Log,
  options: Pick<CluOptions, 'timeoutMs'> = {},
): IntentRecognizer | undefined {
  const { languageService, app, proxy } = config;
  if (languageService === undefined) return undefined;
  const { key, ...project } = languageService;
  const agents = createAgents({ keepAlive: false, proxyEnv: proxy });
  return new CluRecognizer(project, {
    http: createHttpClient({ agents }).request,
    authorize:
      key === undefined
        ? createManagedIdentity(app.type === 'UserAssignedMSI' ? app.id : undefined)
        : () => ({ 'ocp-apim-subscription-key': key }),
    ...options,
    fallback: new EmbeddedRecognizer(),
    onChange: (state, why) =>
      state === 'away'
        ? log.warn(
            { event: 'recognizer.away', what: why },
            'Azure AI Language does not answer; the embedded recognizer replaces it',
          )
        : log.info({ event: 'recognizer.back' }, 'Azure AI Language answers again'),
  });
}

/** Returns tokens of this machine's identity in Azure. Their library, which keeps them, is loaded for the first one. */
function createManagedIdentity(clientId: string | undefined): () => Promise<Record<string, string>> {
  const load = makeLazily(async () => {
    const { ManagedIdentityCredential } = await import('@azure/identity');
    return clientId === undefined
      ? new ManagedIdentityCredential()
      : new ManagedIdentityCredential({ clientId });
  });
  return async () => {
    const { token } = await (await load()).getToken(tokenScope);
    return { authorization: `Bearer ${token}` };
  };
}
