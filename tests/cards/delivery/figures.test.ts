import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAuditEntry } from '../../../cards/delivery/cardEvents.ts';
import { countFigures, createSampleFigures, toChart } from '../../../cards/delivery/figures.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

const noon = Date.UTC(2026, 10, 29, 12);
const accepted = (at: number, ms: number) =>
  createAuditEntry('accepted', outgoingCard(), at, { attempts: 1, status: 200, ms });
const chartOf = (entries: Parameters<typeof countFigures>[0], span: 'hour' | 'week' = 'hour') =>
  toChart(
    span,
    noon + 59_000,
    countFigures(entries).filter(({ step }) => step === (span === 'hour' ? 60_000 : 3_600_000)),
  );

test('times are told by percentiles that are 10 % off at most, from a millisecond to a day', () => {
  for (const ms of [0, 1, 2, 3, 17, 250, 999, 1_000, 60_000, 86_400_000]) {
    const told = chartOf([accepted(noon, ms)]).p50Ms.at(-1) ?? Number.NaN;
    assert.ok(Math.abs(told - ms) <= Math.max(1, ms * 0.1), `${ms}: ${told}`);
  }
  const many = chartOf(Array.from({ length: 100 }, (_, i) => accepted(noon, (i + 1) * 10)));
  const near = (value: number | null | undefined, ms: number) =>
    assert.ok(Math.abs((value ?? 0) - ms) <= ms * 0.1, `${value} instead of ${ms}`);
  near(many.p50Ms.at(-1), 500);
  near(many.p95Ms.at(-1), 950);
  near(many.p99Ms.at(-1), 990);
});

test('each thing stands in the point of its time, and what is outside of the chart is left out', () => {
  const { series, from, p50Ms } = chartOf([
    accepted(noon + 58_000, 5),
    accepted(noon, 5),
    accepted(noon - 59 * 60_000, 5),
    accepted(noon - 60 * 60_000, 5),
    accepted(noon + 60_000, 5),
  ]);
  assert.equal(from, noon - 59 * 60_000);
  assert.deepEqual([series.accepted?.[0], series.accepted?.[59], series.accepted?.length], [1, 2, 60]);
  assert.deepEqual(series.requests, series.accepted);
  assert.equal(p50Ms.filter((ms) => ms !== null).length, 2);
  assert.equal(chartOf([accepted(noon - 60 * 60_000, 5)], 'week').series.accepted?.[166], 1);
});

test('a sample of nothing is not kept', () => {
  assert.deepEqual(
    createSampleFigures(noon, { waiting: 0, oldestMs: 1.4 }).map(({ step, name, value }) => [
      step,
      name,
      value,
    ]),
    [60_000, 900_000, 3_600_000].map((step) => [step, 'oldestMs', 1]),
  );
});
