import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchNames } from './benchNames.ts';
import { linesOf, runBench } from './benchProcess.ts';
import { run as delivery } from './delivery.ts';
import { median, medianRatio, percentile } from './figures.ts';
import { Flags } from './flags.ts';

const deliveryKeys = [
  'bench',
  'card',
  'cards',
  'concurrency',
  'cards_per_s',
  'cpu_ms_per_card',
  'p50_ms',
  'p95_ms',
  'p99_ms',
  'max_rss_mib',
];

test('the delivery benchmark prints both sides, their ratio, and that every card arrived once', async () => {
  const lines = await linesOf(
    ...['delivery', '--card', 'big', '--cards', '20', '--warm-up', '6', '--rounds', '1'],
    ...['--concurrency', '1,4', '--webhook', 'own', '--latency', '1'],
  );
  const [first, bare, ratio] = lines;
  assert.deepEqual(Object.keys(first ?? {}).slice(0, deliveryKeys.length), deliveryKeys);
  assert.deepEqual([first?.bench, first?.card, first?.cards, first?.concurrency], ['delivery', 'big', 20, 1]);
  for (const key of deliveryKeys.slice(4)) assert.ok(Number(first?.[key]) > 0, key);
  assert.equal(bare?.side, 'bare');
  assert.deepEqual(Object.keys(ratio ?? {}).slice(4), [
    'side',
    'cpu',
    'cards_per_s',
    'p50',
    'of_latency_limit',
  ]);
  const [growth, safety] = lines.slice(-2);
  assert.equal(growth?.side, 'growth');
  // 20 cards at each of two concurrencies and 6 to warm up, on either side.
  assert.deepEqual([safety?.distinct, safety?.repeated], [92, 0]);
  assert.deepEqual([safety?.audit_entries, safety?.events], [92, 92]);
});

const wrong: [args: string[], message: RegExp][] = [
  [['--cards', 'many'], /--cards must be a whole number/],
  [['--card', 'small'], /--card must be one of order, big/],
  [['--target', 'nowhere'], /--target must be an address/],
  [['--speed', '1'], /--speed/],
];
for (const [args, message] of wrong) {
  test(`${args.join(' ')} is a flag with a fault that is told`, async () => {
    await assert.rejects(delivery(args), message);
  });
}

test('an unknown benchmark ends with exit code 1 and the usage', async () => {
  const { code, output, errors } = await runBench('speed');
  assert.deepEqual([code, output], [1, '']);
  assert.match(errors, /There is no benchmark speed/);
});

test('the help names every benchmark', async () => {
  const { code, output } = await runBench('--help');
  assert.equal(code, 0);
  for (const name of benchNames) assert.match(output, new RegExp(`-- ${name}`));
});

test('medians, percentiles and lists of numbers are what they are called', () => {
  assert.deepEqual([median([]), median([3, 1, 2]), median([4, 1, 2, 3])], [0, 2, 2.5]);
  assert.equal(medianRatio([2, 9, 4], [1, 3, 4]), 2);
  const hundred = Float64Array.from({ length: 100 }, (_, i) => i + 1);
  assert.deepEqual(
    [0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share)),
    [51, 96, 100, 100],
  );
  assert.deepEqual(new Flags(['--concurrency', '1,64'], ['concurrency']).counts('concurrency', 8), [1, 64]);
});
