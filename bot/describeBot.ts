import type { Config } from './config/config.ts';

/** The page at `/`: in development what runs and where, in production no more than that it is a bot. Plain text, no secrets. */
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
