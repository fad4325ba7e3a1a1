import type { Request, Response, Server } from 'restify';
import type { Config } from './config/config.ts';
import { readOwnVersion } from './process/ownVersion.ts';

/** The plain text of the page at `/`: the routes and services of the bot; in production only its health routes. No secrets. */
export function describeBot(config: Config): string {
  const health = [
    ['GET /healthz', 'the process is alive'],
    ['GET /readyz', 'the bot takes turns'],
  ];
  if (config.isProduction) return page(health);
  const { genesys, connector, databaseUrl, dataDir, applicationInsights, analytics } = config;
  const hasConnector = connector.secrets.length > 0;
  return page([
    ['POST /api/messages', 'Bot Framework channels: Emulator, Agents Playground, Azure Bot Service'],
    [
      'POST /api/genesys/v1/messages',
      hasConnector ? 'Bot Connector v1' : 'Bot Connector v1: no secret configured',
    ],
    [
      'POST /api/genesys/v2/messages',
      hasConnector ? 'Bot Connector v2' : 'Bot Connector v2: no secret configured',
    ],
    ...(config.hasOps ? [['GET /ops', 'operator page: the outcome of each card']] : []),
    ...health,
    ['Genesys', genesys?.apiUrl ?? 'not configured: cards are shown as Adaptive Cards only'],
    ['Store', databaseUrl === undefined ? `SQLite in ${dataDir}` : 'PostgreSQL'],
    ['Application Insights', applicationInsights === undefined ? 'off' : 'on'],
    ['Analytics webhook', analytics === undefined ? 'off' : 'on'],
  ]);
}

function page(lines: string[][]): string {
  const rows = lines.map(([name = '', text]) => `${name.padEnd(30)}  ${text}\n`);
  return `Genesys card bot\n\n${rows.join('')}`;
}

/** Adds `GET /openapi.json`, for development; the document is created with the first request. */
export function addOpenApi(server: Server, connectorHeader: string): void {
  server.get('/openapi.json', async (_: Request, response: Response) => {
    const { openApi } = await import('./api/openApi.ts');
    response.send(200, openApi(readOwnVersion(), connectorHeader));
  });
}
