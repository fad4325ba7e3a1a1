import { readFileSync } from 'node:fs';
import type { Env } from '../config/environment.ts';

/** How often the parent is checked, in milliseconds. */
const lookEveryMs = 100;
/** npm starts a shell, and some shells start another. */
const mostLevels = 4;

/** The processes between this one and npm, npm last; empty without `/proc`, or if npm is not among them. */
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

/** Says whether a process is npm or a similar program, by its command line. */
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
    // A process of another user is alive, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Watches npm, or the shell that it started, until it ends. */
export interface NpmParent {
  /** Calls back once, at most a tenth of a second after it ends. */
  onLost(callback: () => void): void;
  /** True if npm is the first process of a container: its end ends all others, half a second after SIGTERM. */
  readonly isFirst: boolean;
}

/**
 * Finds the npm that started this process; undefined when npm did not start it.
 *
 * npm and its shell end on SIGTERM without a signal to their children: a bot that runs on would keep its port and its store. Ctrl-C in
 * a terminal reaches all of them.
 */
export function findNpmParent(env: Env): NpmParent | undefined {
  if (env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  const way = findWaysToNpm();
  // Without /proc (Windows, macOS) the parent is npm's shell, unless it has ended already.
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
