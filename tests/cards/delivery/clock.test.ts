import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Waits } from '../../../cards/delivery/clock.ts';

const never = () => new Promise<void>(() => {});

test('a wait ends as what it waits for does', async () => {
  const waits = new Waits();
  await waits.until(Promise.resolve());
  await assert.rejects(waits.until(Promise.reject(new Error('no'))), /no/);
});

test('the stop ends the waits that are under way and those that come after it', async () => {
  const waits = new Waits();
  const underWay = [waits.until(never()), waits.until(never())];
  waits.end();
  await Promise.all(underWay);
  await waits.until(never());
});

test('a wait that is over leaves nothing behind', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const waits = new Waits();
  const run = async (count: number) => {
    for (let i = 0; i < count; i += 1) await waits.until(Promise.resolve());
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await run(1_000);
  const grown = (await run(100_000)) - before;
  assert.ok(grown < 5_000_000, `${grown} bytes for 100,000 waits`);
});
