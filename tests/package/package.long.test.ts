import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { projectDir } from '../run/testFiles.ts';
import { startFakeBot } from '../sandbox/fakeBot.ts';

const execute = promisify(execFile);
/** npm and npx are scripts on Windows, which only a shell can start. */
const run = (command: string, args: readonly string[], cwd: string) =>
  execute(command, args, {
    cwd,
    maxBuffer: 16 * 1024 * 1024,
    shell: process.platform === 'win32' && command !== process.execPath,
  });
const quietly = ['--no-audit', '--no-fund', '--silent'];

/** The package as a stranger gets it: packed, and installed beside the Bot Framework in an empty project. */
describe('the packed package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  let packed = '';
  const manifest = (type: string) =>
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type }));

  before(async () => {
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], projectDir);
    packed = join(folder, stdout.trim().split('\n').at(-1) ?? '');
    manifest('commonjs');
    await run('npm', ['install', ...quietly, 'botbuilder@4.23.3', packed], folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is what publint and arethetypeswrong expect', async () => {
    await run('npx', ['--yes', 'publint@0.3.25', packed, '--strict'], folder);
    const types = ['@arethetypeswrong/cli@0.18.5', packed, '--profile', 'node16'];
    await run('npx', ['--yes', ...types], folder);
  });

  it('is the same whether it is required or imported', async () => {
    const script = `import { createBotConnector } from 'genesys-card-bot';
      import { createRequire } from 'node:module';
      const required = createRequire(import.meta.filename ?? process.cwd() + '/x.js')('genesys-card-bot');
      process.exitCode = required.createBotConnector === createBotConnector ? 0 : 1;`;
    writeFileSync(join(folder, 'same.mjs'), script);
    await run(process.execPath, ['same.mjs'], folder);
  });

  it('verifies a bot in another language', async (t) => {
    const versions = [{ version: '1', supportedLanguages: ['en'], intents: [{ name: 'a' }] }];
    const entities = [{ id: 'b', name: 'B', provider: 'P', versions }];
    const bot = await startFakeBot(({ method }) => ({
      json: method === 'GET' ? { entities } : { botState: 'MoreData' },
    }));
    t.after(() => bot.close());
    const command = join('node_modules', 'genesys-card-bot', 'lib', 'bot', 'cli', 'main.js');
    const args = [command, 'verify', '--bot', bot.url, '--route', 'v2', '--json'];
    const { stdout } = await run(process.execPath, args, folder);
    assert.equal(z.object({ passed: z.boolean() }).parse(JSON.parse(stdout)).passed, true);
  });

  const resolutions = [
    ['commonjs', 'node10'],
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const;
  for (const version of ['5.0.4', '5.4.5', '5.9.3']) {
    it(`has types for TypeScript ${version}, however it resolves modules`, async () => {
      const uses = `import { CardMiddleware, cardAttachment, createBotConnector } from 'genesys-card-bot';
        const middleware: CardMiddleware | undefined = undefined;
        const never: never[] = [createBotConnector, cardAttachment, middleware];`;
      writeFileSync(join(folder, 'uses.ts'), uses);
      const flags = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', 'uses.ts'];
      for (const [module, resolution] of resolutions) {
        for (const type of ['commonjs', 'module']) {
          manifest(type);
          const how = ['--module', module, '--moduleResolution', resolution];
          const compiler = ['--yes', '--package', `typescript@${version}`, 'tsc'];
          // Each value has a type, so that none of them is a `never`: an `any` would be one.
          const { stdout } = await run('npx', [...compiler, ...flags, ...how], folder).catch(
            (error) => error,
          );
          const errors = String(stdout).match(/error TS\d+/g) ?? [];
          assert.deepEqual(
            errors,
            Array(3).fill('error TS2322'),
            `${module} ${resolution} ${type}\n${stdout}`,
          );
        }
      }
    });
  }
});
