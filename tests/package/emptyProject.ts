import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectDir } from '../run/testFiles.ts';

const execute = promisify(execFile);

/** Runs a command and returns what it printed. npm and npx are scripts on Windows, which only a shell can start. */
export async function runIn(folder: string, command: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute(command, args, {
    cwd: folder,
    maxBuffer: 16 * 1024 * 1024,
    shell: process.platform === 'win32' && command !== process.execPath,
  });
  return stdout;
}

/** Packs the plugin as `npm pack` does, and returns the path of the archive. */
export async function packPlugin(folder: string): Promise<string> {
  const printed = await runIn(projectDir, 'npm', 'pack', '--silent', '--pack-destination', folder);
  return join(folder, printed.trim().split('\n').at(-1) ?? '');
}

/** A project of a stranger in a folder of its own, which `remove` deletes. */
export interface EmptyProject {
  readonly folder: string;
  /** Installs packages: names with versions, or archives. */
  install(...packages: readonly string[]): Promise<void>;
  /** Runs a command in the folder and returns what it printed. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Writes a file. */
  write(name: string, text: string): void;
  remove(): void;
}

/** Makes a project without packages. */
export function createEmptyProject(type: 'module' | 'commonjs' = 'module'): EmptyProject {
  const folder = mkdtempSync(join(tmpdir(), 'stranger-'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('package.json', JSON.stringify({ name: 'stranger', private: true, type }));
  return {
    folder,
    install: async (...packages) => {
      await runIn(folder, 'npm', 'install', '--no-audit', '--no-fund', '--silent', ...packages);
    },
    run: (command, ...args) => runIn(folder, command, ...args),
    write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
