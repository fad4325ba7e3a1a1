import { enableCompileCache, flushCompileCache } from 'node:module';
import { openOutput } from './log/output.ts';
import { deferPackages, loadZod } from './process/deferPackages.ts';
import { findNpmParent } from './process/npmParent.ts';

// Later starts take the compiled modules from the system's temporary folder, which saves them CPU.
enableCompileCache();
// Before the bot is loaded, because npm may end meanwhile.
const npm = findNpmParent(process.env);
const output = openOutput();
// Loading the bot takes a second or more: this line shows that it has begun.
output.write('starting  the card bot\n');
deferPackages();
await loadZod();
const { runBot } = await import('./runBot.ts');
await runBot(output, npm);
// A bot may run for months and be killed: write the cache now.
flushCompileCache();
