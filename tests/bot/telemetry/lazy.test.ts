import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { startIngestion } from '../../fakes/ingestion.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'lazy-'));
after(() => rmSync(dataDir, { recursive: true, force: true }));

const { NODE_COMPILE_CACHE } = process.env;
const cache = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };

test('a bot loads neither PostgreSQL nor, before it has a connection string, the SDK of Application Insights', async () => {
  const ingestion = await startIngestion();
  // Both bots in one process of their own, which prints the modules of telemetry and of PostgreSQL after each.
  const script = `
    import { createRequire } from 'node:module';
    const { createApp } = await import('./bot/createApp.ts');
    const { readConfig } = await import('./bot/config/config.ts');
    const { APPLICATIONINSIGHTS_CONNECTION_STRING, ...without } = process.env;
    const found = [];
    for (const env of [without, process.env]) {
      const app = await createApp(readConfig(env));
      await app.listen();
      await app.close();
      const files = Object.keys(createRequire(import.meta.url).cache);
      const names = files.map((file) => /node_modules[\\\\/](pg|pg-boss|applicationinsights|@opentelemetry[\\\\/][\\w-]+|@azure[\\\\/]monitor[\\w-]*)/.exec(file)?.[1]);
      found.push([...new Set(names)].filter(Boolean).sort());
    }
    process.stdout.write(JSON.stringify(found));
  `;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script],
    {
      cwd: join(import.meta.dirname, '../../..'),
      env: {
        ...cache,
        PATH: process.env.PATH,
        PORT: '0',
        LOG_LEVEL: 'silent',
        DATA_DIR: dataDir,
        APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString,
      },
    },
  );
  await ingestion.close();
  assert.equal(stderr, '');
  const [before, after] = JSON.parse(stdout);
  assert.deepEqual(before, []);
  assert.ok(after.includes('applicationinsights') && !after.includes('pg'), after.join());
});
