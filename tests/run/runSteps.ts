import { spawn } from 'node:child_process';
import { projectDir } from './testFiles.ts';

/** A Node program that must end with exit code 0. */
export interface Step {
  name: string;
  /** Arguments of Node. */
  args: string[];
  /** Its output is shown as it comes; else at the end, and only when it fails. */
  isLive?: boolean;
  /** Added to the environment. */
  environment?: Record<string, string>;
}

interface Ended {
  name: string;
  isGreen: boolean;
  seconds: number;
  output: string;
}

/** Runs the steps side by side, tells how each ended and how long it took, and gives whether all were green. */
export async function runSteps(steps: Step[], write: (text: string) => void): Promise<boolean> {
  const ended = await Promise.all(
    steps.map(async (step) => {
      const end = await run(step);
      if (steps.length > 1 && step.isLive !== true) write(`${line(end)}\n`);
      return end;
    }),
  );
  for (const { name, isGreen, output } of ended) {
    if (!isGreen && output !== '') write(`\n== ${name}\n${output}\n`);
  }
  write(`\n${ended.map(line).join('   ')}\n`);
  return ended.every(({ isGreen }) => isGreen);
}

function run({ name, args, isLive = false, environment }: Step): Promise<Ended> {
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: projectDir,
    env: { ...process.env, ...environment },
    stdio: ['inherit', isLive ? 'inherit' : 'pipe', isLive ? 'inherit' : 'pipe'],
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => output.push(part));
  return new Promise((resolve) => {
    const end = (isGreen: boolean, reason = '') =>
      resolve({
        name,
        isGreen,
        seconds: (performance.now() - start) / 1_000,
        output: `${Buffer.concat(output).toString('utf8')}${reason}`.trim(),
      });
    child.on('error', (error) => end(false, error.message));
    child.on('close', (code, signal) => end(code === 0, signal === null ? '' : `\nended by ${signal}`));
  });
}

function line({ name, isGreen, seconds }: Ended): string {
  return `${isGreen ? '✔' : '✖'} ${name} ${seconds.toFixed(1)} s`;
}
