import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { trainIntents } from './intentModel.ts';

// Trains the intent model with the sentences of intents.json and writes intentWeights.json: `npm run train`.
const examples: Record<string, readonly string[]> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'intents.json'), 'utf8'),
);
const { labels, features, ...numbers } = trainIntents(examples);
// Three decimals change no score by more than a hundredth.
const round = (_: string, value: unknown) =>
  typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value;
const file = join(import.meta.dirname, 'intentWeights.json');
writeFileSync(file, `${JSON.stringify({ labels, features, ...numbers }, round)}\n`);
