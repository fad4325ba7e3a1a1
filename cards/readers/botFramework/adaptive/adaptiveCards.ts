import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import type * as AdaptiveCards from 'adaptivecards';
import { makeLazily } from '../../../lazily.ts';

type Package = Pick<
  typeof AdaptiveCards,
  'AdaptiveCard' | 'GlobalSettings' | 'HostConfig' | 'SerializationContext'
>;

/**
 * Microsoft's `adaptivecards`, loaded when the first Adaptive Card is read: it takes 0.1 s. Its bundle is written for
 * browsers, so it is given a `self` of its own; reading a card needs no document.
 */
export const loadAdaptiveCards = makeLazily((): Package => {
  const file = fileURLToPath(import.meta.resolve('#vendor/adaptivecards.js'));
  const module: { exports: Package | undefined } = { exports: undefined };
  const run = compileFunction(readFileSync(file, 'utf8'), ['module', 'exports', 'self'], { filename: file });
  run(module, {}, {});
  if (module.exports === undefined) throw new Error('The bundle of adaptivecards exports nothing.');
  return module.exports;
});
