import { createGenesysApi } from '../../cards/delivery/createGenesysRoutes.ts';
import { createAgents, createHttpClient } from '../../cards/delivery/http.ts';
import { readBots } from '../channels/botConnector/wire/botList.ts';
import { listBots, registerBots } from '../channels/botConnector/wire/publishBots.ts';
import { readConfig } from '../config/config.ts';
import { defineCommand, UsageError } from './command.ts';

/** `bots register|list`: the list of bots that Architect sees on Bot Connector v1. */
export const bots = defineCommand({
  options: { integration: { type: 'string' } },
  allowPositionals: true,
  async run({ values, positionals }, { env, stdout }) {
    const [what] = positionals;
    const integrationId = values.integration;
    if (what !== 'register' && what !== 'list') throw new UsageError('Expected "register" or "list".');
    if (integrationId === undefined)
      throw new UsageError('Missing --integration ID: the page of the integration in Genesys shows it.');
    const { genesys, connector, requestsPerMinute, proxy, genesysCertificate } = readConfig(env);
    if (genesys === undefined)
      throw new UsageError('Set GENESYS_REGION, GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET.');
    const http = createHttpClient({ agents: createAgents({ proxyEnv: proxy, ...genesysCertificate }) });
    const api = createGenesysApi({ ...genesys, http: http.request, requestsPerMinute });
    try {
      if (what === 'register') {
        const own = readBots(connector.bots);
        await registerBots({ api, integrationId }, own);
        stdout.write(`${own.map((bot) => bot.id).join(', ')} registered\n`);
      } else {
        for (const { id, name, versions } of await listBots({ api, integrationId })) {
          for (const { version, languages, intents } of versions) {
            stdout.write(
              `${id}  ${name}  ${version}  ${languages.join(', ')}  intents ${intents.join(', ')}\n`,
            );
          }
        }
      }
      return 0;
    } finally {
      http.close();
    }
  },
});
