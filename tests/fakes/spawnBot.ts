import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startArgs } from './startArgs.ts';

/** How a bot is started. */
export interface SpawnOptions {
  /** Program and arguments; default: Node, as `npm start` starts it. */
  command?: readonly string[];
  /** Added to an environment of free ports, an empty `DATA_DIR`, and no more of this machine than its `PATH`. */
  env?: Record<string, string>;
  /** Working directory; default: the folder of its data. */
  cwd?: string;
  /** Called with the folder of its data before it is started. */
  prepare?: (dataDir: string) => void;
  /** What gets its output and its errors; default: the test reads them. */
  output?: number;
}

/** A bot in a process of its own, or a program that starts one. */
export interface SpawnedBot {
  readonly child: ChildProcess;
  readonly dataDir: string;
  /** What it wrote until now. */
  readonly output: { text: string; errors: string };
  /** The parts of its output as they came. */
  readonly chunks: readonly string[];
  /** Its exit code, or the signal that ended it. */
  readonly exit: Promise<number | string | null>;
  /** Resolves when every process that can write to its output has ended: the bot may live longer than the npm that started it. */
  readonly allEnded: Promise<unknown>;
  /** Waits until its output matches; fails with its errors when it ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Kills what is left of it, and removes its data. */
  remove(): void;
}

/** Starts a bot. The caller removes it, usually by `after(bot.remove)`. */
export function spawnBot({
  command = [process.execPath, ...startArgs],
  env = {},
  cwd,
  prepare = () => {},
  output: target,
}: SpawnOptions = {}): SpawnedBot {
  const dataDir = mkdtempSync(join(tmpdir(), 'spawned-'));
  prepare(dataDir);
  const [program = '', ...args] = command;
  // A process group of its own, so that nothing of it stays behind when a test fails.
  const hasGroup = process.platform !== 'win32';
  const child = spawn(program, args, {
    cwd: cwd ?? dataDir,
    detached: hasGroup,
    stdio: ['ignore', target ?? 'pipe', target ?? 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: dataDir,
      PORT: '0',
      SANDBOX_PORT: '0',
      DATA_DIR: dataDir,
      npm_config_update_notifier: 'false',
      ...env,
    },
  });
  const output = { text: '', errors: '' };
  const chunks: string[] = [];
  child.stdout?.on('data', (data) => {
    chunks.push(`${data}`);
    output.text += data;
  });
  child.stderr?.on('data', (data) => {
    output.errors += data;
  });
  const exit = once(child, 'exit').then(([code, signal]) => code ?? signal);
  const allEnded = child.stdout === null ? exit : once(child.stdout, 'close');
  const says = async (pattern: RegExp) => {
    for (;;) {
      const found = pattern.exec(output.text);
      if (found !== null) return found;
      assert.ok(
        child.stdout?.closed === false,
        `It ended before it said ${pattern}.\n${output.text}${output.errors}`,
      );
      await Promise.race([once(child.stdout, 'data'), allEnded]);
    }
  };
  const remove = () => {
    try {
      if (hasGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // All of it is gone, as it should be.
    }
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { child, dataDir, output, chunks, exit, allEnded, says, remove };
}

/** A port that was free a moment ago, for a bot that cannot say where it listens, or that keeps its port when it starts again. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  server.close();
  await once(server, 'close');
  return address.port;
}
