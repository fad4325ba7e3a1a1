#!/usr/bin/env node
import module from 'node:module';
import { CodedError } from '../../cards/errors.ts';
import { loadEnvFile } from '../config/environment.ts';
import { findNodeProblem } from '../process/nodeProblem.ts';
import { paint } from './paint.ts';

// Under npx it may be any Node that runs this.
const problem = findNodeProblem();
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

// Compiled code is kept between runs: most of what a short command costs is loading.
module.enableCompileCache();

// A reader such as `head` that closes the pipe early is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  loadEnvFile();
  const { runCli } = await import('./runCli.ts');
  process.exitCode = await runCli(process.argv.slice(2), process);
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  const { stderr } = process;
  stderr.write(`${paint('red', error.code, stderr)}: ${error.message}\n  hint: ${error.hint}\n`);
  process.exitCode = 1;
}
