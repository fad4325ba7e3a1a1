import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupExamplesByIntent } from '../allWishes.ts';
import { trainIntents } from './intentModel.ts';

// Trains the intent model with the examples of all wishes and writes intentWeights.json: `npm run train`.
const { labels, features, ...numbers } = trainIntents(groupExamplesByIntent());
// Three decimals change no score by more than a hundredth.
const roundNumber = (_: string, value: unknown) =>
  typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value;
const file = join(import.meta.dirname, 'intentWeights.json');
writeFileSync(file, `${JSON.stringify({ labels, features, ...numbers }, roundNumber)}\n`);
