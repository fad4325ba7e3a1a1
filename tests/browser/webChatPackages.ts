import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const run = (command: string, args: readonly string[]) =>
  execute(command, args, { shell: process.platform === 'win32' && command === 'npm' });
const version = '4.18.1';
const sha512 = '7jpEUJ7olT62Xm+8eh7BhhIcXVfU2xD4pZDaeBt8K4XcNy6K/83UGIxE9BFkXmHMZ4hDEVOzs5cre07GWuaXzg==';

/**
 * The file of Bot Framework Web Chat for a page. It is no dependency of the project, because npm would install 485 MB with it:
 * the one file is taken out of the package when it is first asked for, and kept in the directory for temporary files.
 */
export async function webChatBundle(): Promise<string> {
  const directory = join(tmpdir(), `botframework-webchat-${version}`);
  const bundle = join(directory, 'package', 'dist', 'webchat.js');
  if (existsSync(bundle)) return bundle;
  mkdirSync(directory, { recursive: true });
  await run('npm', ['pack', `botframework-webchat@${version}`, '--silent', '--pack-destination', directory]);
  const packed = join(directory, `botframework-webchat-${version}.tgz`);
  if (createHash('sha512').update(readFileSync(packed)).digest('base64') !== sha512)
    throw new Error('The package of Web Chat is not the one that was reviewed.');
  await run('tar', ['-xzf', packed, '-C', directory, 'package/dist/webchat.js']);
  return bundle;
}

/** The directory in which the package `offline-directline` is installed, which brings express; installed when it is first asked for. */
export async function offlineDirectLine(): Promise<string> {
  const directory = join(tmpdir(), 'offline-directline-1.3.1');
  if (existsSync(join(directory, 'node_modules', 'offline-directline'))) return directory;
  mkdirSync(directory, { recursive: true });
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  await run('npm', ['install', 'offline-directline@1.3.1', '--prefix', directory, ...flags]);
  return directory;
}
