import fc from 'fast-check';

/**
 * fast-check, with few inputs and a fixed seed: a run that was green stays green. `SEED` and `RUNS` in the environment change
 * both; `npm run test:long` sets them. An input that it finds becomes a row of a table.
 */
const numRuns = Number(process.env.RUNS ?? 200);
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20_261_123), numRuns });

/** The length of a text that is hostile by its length alone: a quarter of `characters`, and all of it where there are many inputs. */
export function hostileLength(characters: number): number {
  return numRuns > 200 ? characters : characters / 4;
}

export { fc };
