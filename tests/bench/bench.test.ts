import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { benchNames } from './benchNames.ts';
import { run as delivery } from './delivery.ts';
import { median, medianRatio, percentile } from './figures.ts';
import { Flags } from './flags.ts';

const lineSchema = z.record(z.string(), z.unknown());

/** Runs a benchmark as a person would; gives its exit code and its lines. */
async function bench(...args: string[]) {
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'main.ts'),
    ...args,
  ]);
  const output: string[] = [];
  const errors: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text) => output.push(text));
  child.stderr.setEncoding('utf8').on('data', (text) => errors.push(text));
  const [code] = await once(child, 'close');
  return { code, output: output.join(''), errors: errors.join('') };
}

/** Lines of a benchmark that has to end well, each of it a JSON object. */
async function linesOf(...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, output, errors } = await bench(...args);
  assert.equal(code, 0, errors);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));
}

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

test('the compose benchmark prints what preparing a card costs beside what it cannot do without', async () => {
  const lines = await linesOf('compose', '--rounds', '1', '--batch-ms', '2', '--warm-up', '8');
  for (const key of ['to_stringify', 'share_of_post', 'to_sanitize', 'to_quarter'])
    assert.ok(
      lines.some((line) => Number(line[key]) > 0),
      key,
    );
  const refused = lines.filter((line) => 'refused' in line);
  assert.ok(refused.length > 10);
  for (const line of refused) assert.equal(line.code, 'card.limit', String(line.refused));
});

test('the growth benchmark prints memory, components, lengths and the cache', async () => {
  const lines = await linesOf('growth', '--cards', '100', '--rounds', '1', '--batch-ms', '1');
  assert.deepEqual([...new Set(lines.map(({ what }) => what))], ['memory', 'components', 'length', 'cache']);
  assert.equal(lines.find(({ side }) => side === 'ratio')?.cards, 100);
});

test('the turn benchmark prints each kind of turn and their ratios', async () => {
  const lines = await linesOf(
    'turn',
    ...['--turns', '2', '--rounds', '1', '--warm-up', '1', '--concurrency', '2'],
  );
  assert.deepEqual(
    lines.map(({ side }) => side),
    ['echo', 'keptClients', 'middleware', 'card', 'telemetry', 'bot', 'botTelemetry', 'ratio'],
  );
  for (const key of [
    'kept_clients_to_echo',
    'middleware_to_echo',
    'card_to_echo',
    'telemetry_to_card',
    'telemetry_to_bot',
  ])
    assert.ok(Number(lines.at(-1)?.[key]) > 0, key);
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

test('the start benchmark prints wall time, CPU and memory of a start', async () => {
  const [line] = await linesOf('start', '--rounds', '1');
  for (const key of ['wall_ms', 'cpu_ms', 'rss_mib']) assert.ok(Number(line?.[key]) > 0, key);
});

test('an unknown benchmark ends with exit code 1 and the usage', async () => {
  const { code, output, errors } = await bench('speed');
  assert.deepEqual([code, output], [1, '']);
  assert.match(errors, /There is no benchmark speed/);
});

test('the help names every benchmark', async () => {
  const { code, output } = await bench('--help');
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
