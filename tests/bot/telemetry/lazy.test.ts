import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfig } from '../../../bot/config/config.ts';
import { createApp } from '../../../bot/createApp.ts';
import { startIngestion } from '../../fakes/ingestion.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'lazy-'));
after(() => rmSync(dataDir, { recursive: true, force: true }));

/** The packages of telemetry and of PostgreSQL that this process has loaded. */
function listLoaded(): string[] {
  const names = Object.keys(createRequire(import.meta.url).cache).flatMap(
    (file) =>
      /node_modules[\\/](pg|pg-boss|applicationinsights|@opentelemetry[\\/][\w-]+|@azure[\\/]monitor[\w-]*)/
        .exec(file)
        ?.slice(1) ?? [],
  );
  return [...new Set(names)].sort();
}

// The first test of its process: the others load the SDK, too.
test('a bot loads neither PostgreSQL nor, before it has a connection string, the SDK of Application Insights', async (t) => {
  const ingestion = await startIngestion();
  t.after(() => ingestion.close());
  const { connectionString: APPLICATIONINSIGHTS_CONNECTION_STRING } = ingestion;
  const printed = t.mock.method(process.stderr, 'write');
  const loaded: string[][] = [];
  for (const settings of [{}, { APPLICATIONINSIGHTS_CONNECTION_STRING }]) {
    const app = await createApp(
      readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: dataDir, ...settings }),
    );
    await app.listen();
    await app.close();
    loaded.push(listLoaded());
  }
  assert.deepEqual(
    printed.mock.calls.map(({ arguments: [text] }) => String(text)),
    [],
  );
  const [before, after] = loaded;
  assert.deepEqual(before, []);
  assert.ok(after?.includes('applicationinsights') && !after.includes('pg'), after?.join());
});
