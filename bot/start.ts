import { findNpmParent } from './npmParent.ts';

// npm may end while the rest is loaded.
const npm = findNpmParent(process.env);
// What is loaded below takes a second or more, so a person reads first that something happens.
process.stdout.write('starting  the card bot\n');
const { runBot } = await import('./runBot.ts');
await runBot(npm);
