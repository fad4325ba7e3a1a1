import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../bot/config/config.ts';
import { createApp } from '../../bot/createApp.ts';
import { gatewaySecret } from '../fakes/gateway.ts';
import { beMeasured } from './beMeasured.ts';

/**
 * The finished bot as a process of its own, on a store of its own: `node finishedBot.ts GENESYS ID SECRET [CONNECTION STRING]`.
 */
async function main([
  genesys = '',
  clientId = '',
  clientSecret = '',
  connectionString,
]: string[]): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-'));
  const app = await createApp(
    readConfig({
      PORT: '0',
      LOG_LEVEL: 'warn',
      DATA_DIR: dataDir,
      GENESYS_LOGIN_URL: genesys,
      GENESYS_API_URL: genesys,
      GENESYS_CLIENT_ID: clientId,
      GENESYS_CLIENT_SECRET: clientSecret,
      GENESYS_REQUESTS_PER_MINUTE: '1000000',
      GUEST_GATEWAY_SECRETS: gatewaySecret,
      GENESYS_DROPS_REPEATS: 'true',
      APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
    }),
  );
  beMeasured(await app.listen(), () => rmSync(dataDir, { recursive: true, force: true }));
}

await main(process.argv.slice(2));
