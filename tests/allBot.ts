import { runTogether } from './run/runTogether.ts';
import { botFiles } from './run/testFiles.ts';

/* The tests of the bot that need no process of their own. */
await runTogether(botFiles());
