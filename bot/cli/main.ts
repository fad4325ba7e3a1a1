#!/usr/bin/env node
import module from 'node:module';
import { CodedError } from '../../cards/errors.ts';
import { loadEnvFile } from '../config/environment.ts';
import { findNodeProblem } from '../process/nodeProblem.ts';
import { writeError } from './paint.ts';

// npx runs this with any Node.
const problem = findNodeProblem();
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

// Compiled code is kept between runs: most of what a short command costs is loading.
module.enableCompileCache();

// A reader such as `head` may close the pipe early: that is no error.
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
  writeError(error, process.stderr);
  process.exitCode = 1;
}
