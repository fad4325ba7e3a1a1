import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figure } from '../faults/figure.ts';

/** Runs each fault as a test: its figure is that of the goal, and nothing is lost, twice, out of order or wrong. */
export function testFaults(faults: readonly (readonly [name: string, run: () => Promise<Figure>])[]): void {
  for (const [name, run] of faults) {
    test(`${name}: nothing is lost, nothing shown twice, the order and the audit log are whole`, async () => {
      const figure = await run();
      assert.equal(figure.ok, true, JSON.stringify(figure));
      assert.deepEqual([figure.lost, figure.twice, figure.outOfOrder, figure.wrongFinals], [0, 0, 0, 0]);
    });
  }
}
