import { readFileSync } from 'node:fs';

/** How often the parent is looked for, in milliseconds. */
const lookEveryMs = 100;
/** npm starts a shell, and some shells start another. */
const mostLevels = 4;

/** The processes between this one and npm, npm last: only where there is `/proc`, and only if npm is among them. */
function findWaysToNpm(): number[] {
  const way: number[] = [];
  for (let pid = process.ppid; way.length < mostLevels; ) {
    way.push(pid);
    if (isNpm(pid)) return way;
    const parent = parentOf(pid);
    if (parent === undefined) break;
    pid = parent;
  }
  return [];
}

/** npm names itself by what it runs: `npm start`. */
function isNpm(pid: number): boolean {
  return /(^|[/\\])(npm|npx|pnpm|yarn)(-cli)?(\.c?js)?([ \0]|$)/m.test(read(`/proc/${pid}/cmdline`) ?? '');
}

function parentOf(pid: number): number | undefined {
  // The second field is a name in brackets that may hold anything, also brackets.
  const parent = /^.*\) \S (\d+) /s.exec(read(`/proc/${pid}/stat`) ?? '')?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else is alive, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Watches npm, or the shell that it started, until it ends. */
export interface NpmParent {
  /** Calls back once, at most a tenth of a second after it is lost. */
  onLost(callback: () => void): void;
  /** True where npm is the first process of a container: its end ends all others, half a second after SIGTERM. */
  readonly isFirst: boolean;
}

/**
 * Finds out whether npm started this process; undefined when it did not.
 *
 * npm ends on SIGTERM, and so does its shell, without a word to what they started: a bot that stays behind would hold its port
 * and its store. A terminal's Ctrl-C reaches all of them.
 */
export function findNpmParent(env: Readonly<Record<string, string | undefined>>): NpmParent | undefined {
  if (env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  const way = findWaysToNpm();
  // Without /proc (Windows, macOS) the parent is npm's shell, unless it went away already.
  if (way.length === 0 && (parentOf(process.pid) !== undefined || parent <= 1)) return undefined;
  const isLost = () =>
    process.ppid !== parent ||
    !isAlive(parent) ||
    way.some((pid, i) => i > 0 && parentOf(way[i - 1] ?? 0) !== pid);
  return {
    isFirst: way.at(-1) === 1,
    onLost: (callback) => {
      const timer = setInterval(() => {
        if (!isLost()) return;
        clearInterval(timer);
        callback();
      }, lookEveryMs).unref();
    },
  };
}
