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

/**
 * Starts and ends a bot in a process of its own, and gives the modules of telemetry and of PostgreSQL that were loaded in it.
 */
async function modulesOf(env: Record<string, string>): Promise<string[]> {
  const script = `
    import { createRequire } from 'node:module';
    const { createApp } = await import('./bot/createApp.ts');
    const { readConfig } = await import('./bot/config/config.ts');
    const app = await createApp(readConfig(process.env));
    await app.listen();
    await app.close();
    const files = Object.keys(createRequire(import.meta.url).cache);
    const found = files.map((file) => /node_modules[\\\\/](pg|pg-boss|applicationinsights|@opentelemetry[\\\\/][\\w-]+|@azure[\\\\/]monitor[\\w-]*)/.exec(file)?.[1]);
    process.stdout.write(JSON.stringify([...new Set(found)].filter(Boolean).sort()));
  `;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script],
    {
      cwd: join(import.meta.dirname, '../../..'),
      env: { ...cache, PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: dataDir, ...env },
    },
  );
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

test('a bot without Application Insights and without PostgreSQL loads neither', async () => {
  assert.deepEqual(await modulesOf({}), []);
});

test('with the connection string of Application Insights its SDK is loaded', async () => {
  const ingestion = await startIngestion();
  const found = await modulesOf({ APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString });
  await ingestion.close();
  assert.ok(found.includes('applicationinsights'), found.join());
});
