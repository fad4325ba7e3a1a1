import { runTogether } from './run/runTogether.ts';
import { otherFiles } from './run/testFiles.ts';

/* The tests of all parts that have no shared process of their own. */
await runTogether(otherFiles());
