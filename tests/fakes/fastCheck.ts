import fc from 'fast-check';

/**
 * fast-check, with few inputs and a fixed seed: a run that was green stays green. `SEED` and `RUNS` in the environment change
 * both; `npm run test:long` sets them. An input that it finds becomes a row of a table.
 */
fc.configureGlobal({
  seed: Number(process.env.SEED ?? 20_261_123),
  numRuns: Number(process.env.RUNS ?? 200),
});

export { fc };
