import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const bot = (file: string) => join(import.meta.dirname, '..', '..', 'bot', file);

/** Arguments of Node that start the bot as `npm start` does, with what Node has compiled before. */
export const startArgs = [
  '--disable-warning=ExperimentalWarning',
  '--import',
  pathToFileURL(bot('keepCompiled.mjs')).href,
  bot('start.ts'),
];
