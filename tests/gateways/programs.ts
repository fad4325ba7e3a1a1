import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program; gives what it writes. */
export const run = promisify(execFile);

/** Why a test of this program is skipped on this machine, or false. */
export async function missing(program: string, versionFlag: string): Promise<string | false> {
  return run(program, [versionFlag]).then(
    () => false,
    () => `${program} is not on this machine`,
  );
}
