import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examplesByIntent } from './examplesByIntent.ts';
import { trainIntents } from './intentModel.ts';

// Trains the intent model with the examples of all wishes and writes intentWeights.json: `npm run train`.
const { labels, features, ...numbers } = trainIntents(examplesByIntent());
// Three decimals change no score by more than a hundredth.
const round = (_: string, value: unknown) =>
  typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value;
const file = join(import.meta.dirname, 'intentWeights.json');
writeFileSync(file, `${JSON.stringify({ labels, features, ...numbers }, round)}\n`);
