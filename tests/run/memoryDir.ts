import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a run keeps there at most, many times over: the files of PostgreSQL, and of a browser that npm brings packed. */
const roomBytes = 3 * 1024 ** 3;

/**
 * Makes a temporary folder in memory, which ends with this process: SQLite waits for the disk at each commit, some thousand times in
 * a run. Undefined where the machine has no such place, where it has no room, or where no program may run from it.
 */
export function makeMemoryDir(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (Math.min(bavail * bsize, process.availableMemory()) < roomBytes) return undefined;
    const dir = mkdtempSync('/dev/shm/tests-');
    const clear = () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    process.once('exit', clear);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => process.exit(1));
    }
    // PostgreSQL runs under an account of its own.
    chmodSync(dir, 0o755);
    const program = join(dir, 'program');
    writeFileSync(program, '', { mode: 0o755 });
    accessSync(program, constants.X_OK);
    return dir;
  } catch {
    return undefined;
  }
}
