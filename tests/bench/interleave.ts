import { cpuMicros } from './figures.ts';

/** Does something that many times. */
export type Work = (calls: number) => void | Promise<void>;

/** How sides are measured. */
export interface Interleaving {
  /** Rounds that count; one more before them does not. */
  rounds: number;
  /** Roughly how much CPU one side gets in a round, in milliseconds. */
  batchMs: number;
}

/** Something that adds up what calls give, so that no call can be optimised away. */
let sink = 0;

/** Work that makes one call after the other; `once` gives a number that depends on its result. */
export function repeat(once: () => number): Work {
  return (calls) => {
    for (let i = 0; i < calls; i += 1) sink = (sink + once()) | 0;
  };
}

/**
 * Measures sides in turns (A B C, A B C, …): CPU of this process in microseconds per call, one figure for each round.
 * How many calls a side makes in a round is found first, by doubling, which also warms it up.
 */
export async function interleave<Name extends string>(
  sides: Record<Name, Work>,
  { rounds, batchMs }: Interleaving,
): Promise<Record<Name, number[]>> {
  const works = Object.entries<Work>(sides);
  const calls = new Map<string, number>();
  for (const [name, work] of works) calls.set(name, await callsFor(work, batchMs));
  const measured = Object.fromEntries(works.map(([name]) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, work] of works) {
      const count = calls.get(name) ?? 1;
      const before = cpuMicros();
      await work(count);
      const micros = cpuMicros(before) / count;
      // The names of `measured` are those of `sides`.
      if (round >= 0) measured[name as Name].push(micros);
    }
  }
  return measured;
}

async function callsFor(work: Work, batchMs: number): Promise<number> {
  for (let calls = 1; ; calls *= 2) {
    const before = cpuMicros();
    await work(calls);
    const ms = cpuMicros(before) / 1_000;
    if (ms >= batchMs / 2) return Math.max(1, Math.round((calls * batchMs) / ms));
  }
}
