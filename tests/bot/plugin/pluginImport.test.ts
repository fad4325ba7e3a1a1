import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..', '..', '..');

/** Packages that only some bots have installed. */
const ofSome = [
  ...['restify', 'pg', 'pg-boss', 'applicationinsights', '@opentelemetry/resources', 'pino', 'pino-pretty'],
  ...['botbuilder-dialogs', '@modelcontextprotocol/sdk', 'playwright-core'],
];
/** What the import of the plugin does not load: it comes with the first card, or never. */
const forSome = [
  ...ofSome,
  ...['sanitize-html', 'mdast-util-from-markdown', 'mdast-util-to-markdown', 'adaptivecards', 'mime'],
  ...['ajv', 'node:sqlite'],
];

/** Runs a script in a process of its own; gives the packages that this loads, and the names in `exported`. */
function packagesOf(script: string): { loaded: string[]; exported: string[]; warned: string } {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { createRequire, registerHooks } from 'node:module';
      const loaded = new Set();
      registerHooks({
        load(url, context, next) {
          const [, name] = /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url) ?? [undefined, url];
          loaded.add(name);
          return next(url, context);
        },
      });
      const require = createRequire(import.meta.url);
      let exported = [];
      ${script}
      console.log(JSON.stringify({ loaded: [...loaded], exported }));`,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  assert.notEqual(stdout, '', stderr);
  return { ...JSON.parse(stdout), warned: stderr };
}

const entries: [entry: string, exports: string[], loads: string, never: readonly string[]][] = [
  [
    'plugin',
    ['createBotConnector', 'CardMiddleware', 'createCardRegistry', 'createTestClient'],
    'botbuilder',
    ['@microsoft/agents-hosting', '@microsoft/agents-activity'],
  ],
  [
    'agents',
    ['createAgentConnector'],
    '@microsoft/agents-hosting',
    ['botbuilder', 'botframework-connector', 'rate-limiter-flexible', 'node-fetch'],
  ],
];
for (const [entry, exports, loads, never] of entries) {
  test(`the ${entry} entry, required or imported, loads ${loads}, nothing that only some bots need, and warns of nothing`, () => {
    const { loaded, exported, warned } = packagesOf(`
      exported = Object.keys(require('./bot/${entry}.ts'));
      await import('./bot/${entry}.ts');`);
    for (const name of exports) assert.ok(exported.includes(name), name);
    assert.ok(loaded.includes(loads));
    assert.deepEqual(
      [...forSome, ...never].filter((name) => loaded.includes(name)),
      [],
    );
    assert.equal(warned, '');
  });
}

test('the command line needs no package that comes with the finished bot only', () => {
  const { loaded } = packagesOf(`
    const { commands } = await import('./bot/cli/commands.ts');
    await import('./bot/cli/runCli.ts');
    await import('./bot/config/config.ts');
    for (const { load } of Object.values(commands)) await load();`);
  assert.ok(loaded.includes('zod'));
  const notInstalled = [...ofSome, 'botbuilder', '@microsoft/agents-hosting', 'purecloud-platform-client-v2'];
  assert.deepEqual(
    notInstalled.filter((name) => loaded.includes(name)),
    [],
  );
});
