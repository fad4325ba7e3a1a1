import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..', '..', '..');

/** Runs a script in a process of its own, and gives what it printed as JSON. */
function run(script: string, type: 'module' | 'commonjs'): { printed: unknown; warned: string } {
  const { stdout, stderr } = spawnSync(process.execPath, [`--input-type=${type}`, '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.notEqual(stdout, '', stderr);
  return { printed: JSON.parse(stdout), warned: stderr };
}

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

/** Imports something in a process of its own, and gives the packages that this loads. */
function packagesOf(script: string): { loaded: readonly unknown[]; warned: string } {
  const { printed, warned } = run(
    `import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({
      load(url, context, next) {
        const [, name] = /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url) ?? [undefined, url];
        loaded.add(name);
        return next(url, context);
      },
    });
    ${script}
    console.log(JSON.stringify([...loaded]));`,
    'module',
  );
  assert.ok(Array.isArray(printed));
  return { loaded: printed, warned };
}

const entries: [entry: string, loads: string, never: readonly string[]][] = [
  ['plugin', 'botbuilder', ['@microsoft/agents-hosting', '@microsoft/agents-activity']],
  ['agents', '@microsoft/agents-hosting', ['botbuilder', 'botframework-connector', 'rate-limiter-flexible']],
];
for (const [entry, loads, never] of entries) {
  test(`the import of the ${entry} entry loads ${loads}, nothing that only some bots need, and warns of nothing`, () => {
    const { loaded, warned } = packagesOf(`await import('./bot/${entry}.ts');`);
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

test('a bot in CommonJS requires the plugin', () => {
  const { printed } = run(
    `const plugin = require('./bot/plugin.ts');
    console.log(JSON.stringify(Object.keys(plugin)));`,
    'commonjs',
  );
  assert.ok(Array.isArray(printed));
  for (const name of ['createBotConnector', 'CardMiddleware', 'createCardRegistry', 'createTestClient'])
    assert.ok(printed.includes(name), name);
});

test('a bot in CommonJS requires the entry for agents', () => {
  const { printed } = run(
    `const { createAgentConnector } = require('./bot/agents.ts');
    console.log(JSON.stringify(typeof createAgentConnector));`,
    'commonjs',
  );
  assert.equal(printed, 'function');
});
