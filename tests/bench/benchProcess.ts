import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const lineSchema = z.record(z.string(), z.unknown());

/** Runs a benchmark as a person would; gives its exit code and its lines. */
export async function runBench(...args: string[]) {
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'main.ts'),
    ...args,
  ]);
  const output: string[] = [];
  const errors: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text) => output.push(text));
  child.stderr.setEncoding('utf8').on('data', (text) => errors.push(text));
  const [code] = await once(child, 'close');
  return { code, output: output.join(''), errors: errors.join('') };
}

/** Lines of a benchmark that has to end well, each of it a JSON object. */
export async function linesOf(...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, output, errors } = await runBench(...args);
  assert.equal(code, 0, errors);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));
}
