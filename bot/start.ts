import { enableCompileCache, flushCompileCache } from 'node:module';
import { openOutput } from './log/output.ts';
import { deferPackages } from './process/deferPackages.ts';
import { loadZod } from './process/loadZod.ts';
import { findNpmParent } from './process/npmParent.ts';

// Later starts take the compiled modules from the system's temporary folder, which saves them CPU.
enableCompileCache();
// npm may end while the rest is loaded.
const npm = findNpmParent(process.env);
const output = openOutput();
// What is loaded below takes a second or more, so a person reads first that something happens.
output.write('starting  the card bot\n');
deferPackages();
await loadZod();
const { runBot } = await import('./runBot.ts');
await runBot(output, npm);
// A bot may run for months and end by a kill: what was compiled is kept now.
flushCompileCache();
