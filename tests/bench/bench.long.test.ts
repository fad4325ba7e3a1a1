import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from './benchProcess.ts';

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

test('the start benchmark prints wall time, CPU and memory of a start', async () => {
  const [line] = await linesOf('start', '--rounds', '1');
  for (const key of ['wall_ms', 'cpu_ms', 'rss_mib']) assert.ok(Number(line?.[key]) > 0, key);
});

test('the ops benchmark prints each query of the operator on both stores', async () => {
  const lines = await linesOf('ops', '--cards', '1000', '--rounds', '1');
  const queries = (store: string) => lines.filter((line) => line.store === store).map(({ query }) => query);
  assert.ok(queries('sqlite').length > 10);
  assert.deepEqual(queries('postgres'), queries('sqlite'));
});

test('the package benchmark prints what install and import add beside both SDKs, within bounds', async () => {
  const lines = await linesOf('package', '--rounds', '3');
  assert.equal(lines.length, 2);
  for (const { added_mib, import_rss_mib } of lines) {
    assert.ok(Number(added_mib) < 30, `installs ${added_mib} MiB`);
    assert.ok(Number(import_rss_mib) < 25, `takes ${import_rss_mib} MiB`);
  }
});
