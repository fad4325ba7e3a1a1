import { r3 } from '../faults/kills.ts';
import { r1Short } from '../faults/storm.ts';
import { testFaults } from './testFaults.ts';

/** A taste of the fault tests, in seconds; `faults.long.test.ts` has more of them, and `npm run -s faults -- NAME` the whole. */
testFaults([
  [
    'R1 and R17: every kind of failure and kill -9',
    () => r1Short(['--cards', '60', '--conversations', '12', '--kills', '1']),
  ],
  ['R3: kill -9, the log cut in its last record', () => r3(['--kills', '1'], 1_999)],
]);
