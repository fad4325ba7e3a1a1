import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { TurnGate } from '../../../cards/delivery/store/turnGate.ts';

/** What a gate promises: `createGates` gives two that share what they know, or one and the same. */
export function turnGateContract(
  name: string,
  createGates: (t: TestContext) => Promise<[TurnGate, TurnGate]>,
): void {
  const it = (says: string, check: (first: TurnGate, second: TurnGate) => Promise<void>) =>
    test(`${name}: ${says}`, async (t) => check(...(await createGates(t))));

  it('work of a key is done once, wherever it is asked for, also at the same moment', async (first, second) => {
    let done = 0;
    const work = async () => {
      done += 1;
    };
    await Promise.all([first.once('k', work), second.once('k', work), first.once('k', work)]);
    await second.once('k', work);
    await first.once('other', work);
    assert.equal(done, 2);
  });

  it('work that throws may be done again, by any', async (first, second) => {
    let done = 0;
    await assert.rejects(
      first.once('k', () => Promise.reject(new Error('no'))),
      /no/,
    );
    await second.once('k', async () => {
      done += 1;
    });
    assert.equal(done, 1);
  });

  it('work of a key is done one after the other, and gives what it gives', async (first, second) => {
    const steps: string[] = [];
    const work = (id: string) => async () => {
      steps.push(`${id} begins`);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      steps.push(`${id} ends`);
      return id;
    };
    const given = await Promise.all(
      [first, second, first, second, first].map((gate, i) => gate.inOrder('c', work(String(i)))),
    );
    assert.deepEqual(given, ['0', '1', '2', '3', '4']);
    assert.equal(steps.length, 10);
    for (let i = 0; i < steps.length; i += 2) {
      assert.equal(steps[i]?.replace('begins', ''), steps[i + 1]?.replace('ends', ''));
    }
  });

  it('work of one process keeps its order', async (gate) => {
    const done: number[] = [];
    await Promise.all([0, 1, 2, 3].map((i) => gate.inOrder('c', async () => void done.push(i))));
    assert.deepEqual(done, [0, 1, 2, 3]);
  });

  it('work of other keys does not wait', async (first, second) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = first.inOrder('c-1', () => promise);
    await second.inOrder('c-2', async () => {});
    await first.inOrder('c-3', async () => {});
    resolve();
    await slow;
  });

  it('work that throws lets the next begin', async (first, second) => {
    await assert.rejects(
      first.inOrder('c', () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await second.inOrder('c', async () => 'done'), 'done');
  });
}
