import { runTogether } from './run/runTogether.ts';
import { coreFiles } from './run/testFiles.ts';

/* The tests of the core and of the dialogs. */
await runTogether(coreFiles());
