import { runTogether } from './run/runTogether.ts';
import { otherFiles } from './run/testFiles.ts';

/* The tests of all parts that have no shared process of their own: the core, the dialogs, the sandbox and more. */
await runTogether(otherFiles());
