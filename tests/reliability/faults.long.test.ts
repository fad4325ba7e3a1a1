import { before } from '../faults/before.ts';
import { r3 } from '../faults/kills.ts';
import { r16 } from '../faults/secondProcess.ts';
import { r9 } from '../faults/stop.ts';
import { r1Short } from '../faults/storm.ts';
import { testFaults } from './testFaults.ts';

/** How quickly the bot stops is measured by `npm run -s faults -- r9` alone: here the machine may be busy. */
const patient = { stopMs: 120_000, deafMs: 30_000 };

/** The short forms of the fault tests; `npm run -s faults -- NAME` runs the whole. */
testFaults([
  [
    'R1 and R17: every kind of failure and kill -9',
    () => r1Short(['--cards', '300', '--conversations', '30', '--kills', '2']),
  ],
  [
    'Connections fail before a request is written, repeats are shown',
    () => before(['--cards', '60', '--conversations', '12'], false),
  ],
  [
    'R3: kill -9 at every point of a card’s way, the log cut in its last record',
    () => r3(['--kills', '9'], 1_999),
  ],
  [
    'R9: SIGTERM under load',
    () => r9(['--cards', '60'], true, [{ starter: 'node', signals: 1, latencyMs: 60_000 }], patient),
  ],
  ['R16: a second process on one store', () => r16(['--cards', '60', '--kills', '1'])],
]);
