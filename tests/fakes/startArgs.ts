import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const bot = (file: string) => join(import.meta.dirname, '..', '..', 'bot', file);

/** Options of Node with which every script of the package starts: no warnings, and what Node has compiled before. */
export const quietArgs = [
  '--disable-warning=ExperimentalWarning',
  '--import',
  pathToFileURL(bot('keepCompiled.mjs')).href,
];

/** Arguments of Node that start the bot as `npm start` does. */
export const startArgs = [...quietArgs, bot('start.ts')];
