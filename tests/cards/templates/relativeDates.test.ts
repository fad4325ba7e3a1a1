import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../../cards/errors.ts';
import { compileTest } from '../../fakes/templates.ts';

const shown = (text: string, note: string | undefined, now: string, locale = 'en') => {
  const [card] = compileTest({
    locales: ['en', 'de'],
    text: 'x',
    card: { components: [{ type: 'header', text }] },
  }).compose({ name: 'Ada', ...(note !== undefined && { note }) }, { locale, now: () => new Date(now) });
  const [header] = card?.card.components ?? [];
  return header?.type === 'header' ? header.text : undefined;
};

const cases: readonly [text: string, note: string, now: string, expected: string, locale?: string][] = [
  ['${formatRelative(note)}', '2026-11-29', '2026-11-29T12:00:00Z', 'today'],
  ['${formatRelative(note)}', '2026-11-30', '2026-11-29T23:59:00Z', 'tomorrow'],
  ['${formatRelative(note)}', '2026-11-28', '2026-11-29T00:00:00Z', 'yesterday'],
  ['${formatRelative(note)}', '2026-12-02', '2026-11-29T12:00:00Z', 'in 3 days'],
  ['${formatRelative(note)}', '2026-12-02', '2026-11-29T12:00:00Z', 'in 3 Tagen', 'de'],
  ['${formatRelative(note)}', '2026-12-01', '2026-11-29T12:00:00Z', 'übermorgen', 'de'],
  // Late in the evening in Berlin it is the next day already.
  ["${formatRelative(note, 'Europe/Berlin')}", '2026-11-30', '2026-11-29T23:30:00Z', 'today'],
  ["${formatRelative(note, 'Europe/Berlin')}", '2026-11-29T23:30:00Z', '2026-11-29T22:00:00Z', 'tomorrow'],
  // A change of the clocks makes a day of 23 or 25 hours.
  ["${formatRelative(note, 'Europe/Berlin')}", '2026-10-26', '2026-10-24T22:30:00Z', 'tomorrow'],
];

for (const [text, note, now, expected, locale] of cases) {
  test(`${text} of ${note} at ${now} is ${expected}`, () => {
    assert.equal(shown(text, note, now, locale), expected);
  });
}

const now = '2026-11-29T12:00:00Z';
const defaults: readonly [text: string, note: string | undefined, expected: string][] = [
  ["Note: ${note ?? 'none'}", undefined, 'Note: none'],
  ["Note: ${note ?? 'none'}", 'here', 'Note: here'],
  ["${note ?? name ?? 'nobody'}", undefined, 'Ada'],
  ["${formatDate(note) ?? 'soon'}", undefined, 'soon'],
  ["${if(exists(note), 'a', 'b') ?? 'c'}", undefined, 'b'],
  ["${upper(note ?? 'x')}", undefined, 'X'],
  ["A${note ?? ''}B", undefined, 'AB'],
];

for (const [text, note, expected] of defaults) {
  test(`${text} with the note ${note ?? 'absent'} is ${expected}`, () => {
    assert.equal(shown(text, note, now), expected);
  });
}

for (const text of ['${note ?? }', "${?? 'x'}", '${note ?? nothing}', '${formatTime(note)}']) {
  test(`${text} is refused`, () => {
    assert.throws(() => shown(text, '2026-11-29', now), CodedError);
  });
}
