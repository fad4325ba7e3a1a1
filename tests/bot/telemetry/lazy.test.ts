import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startIngestion } from '../../fakes/ingestion.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'lazy-'));
after(() => rmSync(dataDir, { recursive: true, force: true }));

/** Starts and ends a bot in a process of its own, and gives the telemetry modules that were loaded in it. */
function modulesOf(env: Record<string, string>): string[] {
  const script = `
    import { createRequire } from 'node:module';
    const { createApp } = await import('./bot/createApp.ts');
    const { readConfig } = await import('./bot/config.ts');
    const app = createApp(readConfig(process.env));
    await app.listen();
    await app.close();
    const files = Object.keys(createRequire(import.meta.url).cache);
    const found = files.map((file) => /node_modules[\\\\/](applicationinsights|@opentelemetry|@azure[\\\\/]monitor[\\w-]*)/.exec(file)?.[1]);
    process.stdout.write(JSON.stringify([...new Set(found)].filter(Boolean).sort()));
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script],
    {
      cwd: join(import.meta.dirname, '../../..'),
      env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: dataDir, ...env },
      encoding: 'utf8',
    },
  );
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

test('without a connection string nothing of the SDK is loaded', () => {
  assert.deepEqual(modulesOf({}), []);
});

test('with one it is', async () => {
  const ingestion = await startIngestion();
  const found = modulesOf({ APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString });
  await ingestion.close();
  assert.ok(found.includes('applicationinsights'), found.join());
});
