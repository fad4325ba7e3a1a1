import { join } from 'node:path';
import { run } from 'node:test';
import type { Figure } from './figure.ts';

const tests = join(import.meta.dirname, '..');

/** Where the tests of a row stand that `npm test` runs whole, for they take seconds. */
const filesOf: Readonly<Record<string, readonly string[]>> = {
  r4: ['cards/delivery/retryTiming.test.ts', 'reliability/retryAfter.test.ts'],
  r5: ['cards/delivery/retryTiming.test.ts', 'cards/delivery/cardUnderWay.test.ts'],
  r6: ['cards/delivery/token.test.ts', 'reliability/token.test.ts'],
  r10: ['cards/delivery/guestRoute.test.ts', 'reliability/refusals.test.ts'],
  r11: ['cards/delivery/embeddedOutbox.test.ts'],
  r12: ['reliability/storeFailures.test.ts'],
  r13: ['reliability/clocks.test.ts'],
  r15: ['reliability/badReceivers.test.ts'],
};

/** Runs the tests of a row of the table and counts them. */
export async function testFiles(fault: string): Promise<Figure> {
  const files = (filesOf[fault] ?? []).map((file) => join(tests, file));
  const failed: string[] = [];
  let passed = 0;
  const stream = run({ files, concurrency: false });
  stream.on('test:pass', ({ details }) => {
    if (details.type !== 'suite') passed += 1;
  });
  stream.on('test:fail', ({ name }) => failed.push(name));
  for await (const _event of stream);
  return { fault, tests: passed + failed.length, failed, ok: failed.length === 0 && passed > 0 };
}
