import { runTogether } from './run/runTogether.ts';
import { processFiles } from './run/testFiles.ts';

/* The tests that start other processes and wait for them. */
await runTogether(processFiles());
