import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalTurnGate, longestWaitMs } from '../../../cards/delivery/store/turnGate.ts';
import { turnGateContract } from './turnGateContract.ts';

turnGateContract('one process', async () => {
  const gate = new LocalTurnGate();
  return [gate, gate];
});

test('work that hangs holds up the next for a bounded time', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const gate = new LocalTurnGate();
  void gate.inOrder('c', () => new Promise(() => {}));
  let isDone = false;
  const next = gate.inOrder('c', async () => {
    isDone = true;
  });
  await Promise.resolve();
  t.mock.timers.tick(longestWaitMs - 1);
  await Promise.resolve();
  assert.equal(isDone, false);
  t.mock.timers.tick(1);
  await next;
  assert.equal(isDone, true);
});
