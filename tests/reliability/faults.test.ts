import assert from 'node:assert/strict';
import { test } from 'node:test';
import { r3 } from '../faults/kills.ts';
import { r1Short } from '../faults/storm.ts';

/** A taste of the fault tests, in seconds; `faults.long.test.ts` has more of them, and `npm run -s faults -- NAME` the whole. */
const faults = [
  [
    'R1 and R17: every kind of failure and kill -9',
    () => r1Short(['--cards', '60', '--conversations', '12', '--kills', '1']),
  ],
  ['R3: kill -9, the log cut in its last record', () => r3(['--kills', '1'], 1_999)],
] as const;
for (const [name, run] of faults) {
  test(`${name}: nothing is lost, nothing shown twice, the order and the audit log are whole`, async () => {
    const figure = await run();
    assert.equal(figure.ok, true, JSON.stringify(figure));
    assert.deepEqual([figure.lost, figure.twice, figure.outOfOrder, figure.wrongFinals], [0, 0, 0, 0]);
  });
}
