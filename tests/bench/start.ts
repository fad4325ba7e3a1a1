import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { median, printLine } from './figures.ts';
import { Flags } from './flags.ts';

const root = join(import.meta.dirname, '..', '..');

/** As in `npm start`. */
const keepCompiled = pathToFileURL(join(root, 'bot', 'keepCompiled.mjs')).href;

/** Loaded before the bot: answers a message with what the process has used so far. */
const tellUsage = `data:text/javascript,process.on('message', () => process.send({
  cpuMs: process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000,
  rssMiB: process.memoryUsage.rss() / 2 ** 20 }))`;

const usageSchema = z.object({ cpuMs: z.number(), rssMiB: z.number() });

/** Measures the start of the bot with its sandbox, as `npm start` does without settings: until it takes turns. */
export async function run(args: string[]): Promise<void> {
  const flags = new Flags(args, ['rounds']);
  const rounds = flags.count('rounds', 3);
  const starts: Awaited<ReturnType<typeof measureStart>>[] = [];
  for (let round = 0; round < rounds; round += 1) starts.push(await measureStart());
  printLine({
    bench: 'start',
    rounds,
    wall_ms: median(starts.map(({ wallMs }) => wallMs)),
    cpu_ms: median(starts.map(({ cpuMs }) => cpuMs)),
    rss_mib: median(starts.map(({ rssMiB }) => rssMiB)),
  });
}

async function measureStart(): Promise<{ wallMs: number; cpuMs: number; rssMiB: number }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'start-'));
  const began = performance.now();
  const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8'];
  const imports = ['--import', keepCompiled, '--import', tellUsage];
  const bot = spawn(process.execPath, [...flags, ...imports, join(root, 'bot', 'start.ts')], {
    // Away from a `.env` of the project.
    cwd: dataDir,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { PATH: process.env.PATH, PORT: '0', SANDBOX_PORT: '0', DATA_DIR: dataDir },
  });
  const exit = once(bot, 'exit');
  try {
    let said = '';
    bot.stdout?.on('data', (data) => {
      said += data;
    });
    while (!said.includes('/api/messages')) {
      const ended = await Promise.race([once(bot.stdout ?? bot, 'data'), exit.then(() => undefined)]);
      if (ended === undefined) throw new Error(`The bot ended before it was ready: ${said}`);
    }
    const wallMs = performance.now() - began;
    const answer = once(bot, 'message');
    bot.send('usage');
    const { cpuMs, rssMiB } = usageSchema.parse((await answer)[0]);
    return { wallMs, cpuMs, rssMiB };
  } finally {
    bot.kill('SIGKILL');
    await exit;
    rmSync(dataDir, { recursive: true, force: true });
  }
}
