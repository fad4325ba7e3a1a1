import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chooseBackoffMs,
  defaultRetryPolicy,
  retryAfterMs,
  waitMs,
} from '../../../cards/delivery/retryTiming.ts';

const now = Date.parse('2026-11-23T10:00:00Z');
const day = 86_400;

const headers: [name: string, header: string | null, expected: number | undefined][] = [
  ['seconds', '3', 3_000],
  ['seconds with a fraction', '1.5', 1_500],
  ['a date ahead', 'Mon, 23 Nov 2026 10:00:05 GMT', 5_000],
  ['a date in the past', 'Mon, 23 Nov 2026 09:00:00 GMT', 0],
  ['zero', '0', 0],
  ['a negative number', '-1', undefined],
  ['a word', 'abc', undefined],
  ['an empty text', '', undefined],
  ['a huge number, capped', '1000000000', defaultRetryPolicy.maxRetryAfterMs],
  ['a day, capped', String(day), defaultRetryPolicy.maxRetryAfterMs],
  ['a date far ahead, capped', 'Fri, 01 Jan 2100 00:00:00 GMT', defaultRetryPolicy.maxRetryAfterMs],
  ['two headers, the longer one', '2, 7', 7_000],
  ['a number too long to be one', '9'.repeat(50), undefined],
  ['no header', null, undefined],
];

for (const [name, header, expected] of headers) {
  test(`Retry-After with ${name} is read as ${expected ?? 'nothing'}`, () => {
    assert.equal(retryAfterMs(header, now, defaultRetryPolicy), expected);
  });
}

test('each back-off is uniform between nothing and its ceiling', () => {
  const draws = 1_000;
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    const ceiling = Math.min(defaultRetryPolicy.maxMs, defaultRetryPolicy.baseMs * 2 ** (attempt - 1));
    const values = Array.from({ length: draws }, (_, i) =>
      chooseBackoffMs(attempt, defaultRetryPolicy, () => random(attempt * draws + i)),
    ).sort((a, b) => a - b);
    const distance = Math.max(...values.map((value, i) => Math.abs(value / ceiling - (i + 1) / draws)));
    assert.ok(distance < 0.06, `Kolmogorov distance ${distance} at attempt ${attempt}`);
    assert.ok(values.every((value) => value >= 0 && value < ceiling));
  }
});

test('a wait is never shorter than the server asked for, nor than our own back-off', () => {
  assert.equal(
    waitMs(1, 10_000, defaultRetryPolicy, () => 0.99),
    10_000,
  );
  assert.equal(
    waitMs(8, 1, defaultRetryPolicy, () => 0.5),
    30_000,
  );
  assert.equal(
    waitMs(1, undefined, defaultRetryPolicy, () => 0),
    0,
  );
});

test('a very late attempt does not overflow', () => {
  assert.equal(
    chooseBackoffMs(10_000, defaultRetryPolicy, () => 0.5),
    defaultRetryPolicy.maxMs / 2,
  );
});

/** A fixed sequence of well-spread numbers in [0, 1): splitmix32 of the index. */
function random(seed: number): number {
  let x = (seed * 0x9e3779b9) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}
