import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { componentsOf } from '../../fakes/templates.ts';

// What a template shows must not depend on where the server stands.
const { TZ } = process.env;
before(() => {
  process.env.TZ = 'America/New_York';
});
after(() => {
  if (TZ === undefined) delete process.env.TZ;
  else process.env.TZ = TZ;
});

const show = (text: string, note: string) =>
  componentsOf([{ type: 'header', text }], { note })?.map((one) =>
    one.type === 'header' ? one.text.replaceAll('\u202f', ' ') : one.type,
  );

const dates: [text: string, value: string, expected: string][] = [
  ['${formatDateTime(note)}', '2026-06-01T23:30:00', 'Jun 1, 2026, 11:30 PM'],
  ['${formatDateTime(note)}', '2026-06-01T23:30', 'Jun 1, 2026, 11:30 PM'],
  ['${formatDateTime(note)}', '2026-06-01 23:30:00.5z', 'Jun 1, 2026, 11:30 PM'],
  ['${formatDateTime(note)}', '2026-06-01T23:30:00+02:00', 'Jun 1, 2026, 9:30 PM'],
  ["${formatDateTime(note, 'medium', 'Europe/Berlin')}", '2026-06-01T23:30:00Z', 'Jun 2, 2026, 1:30 AM'],
  ['${formatDate(note)}', '2026-06-01T23:30:00', 'Jun 1, 2026'],
  ["${formatDate(note, 'medium', 'Asia/Tokyo')}", '2026-06-01T23:30:00', 'Jun 2, 2026'],
  ["${formatDate(note, 'medium', 'America/New_York')}", '2026-06-01', 'Jun 1, 2026'],
  ["${formatDateTime(note, 'medium', 'America/New_York')}", '2026-06-01', 'Jun 1, 2026, 12:00 AM'],
  ['${formatDate(note)}', '2028-02-29', 'Feb 29, 2028'],
  ['${formatDate(note, null, null)}', '2028-02-29T10:00:00Z', 'Feb 29, 2028'],
  ['${formatTime(note)}', '2026-06-01T23:30:00Z', '11:30 PM'],
  ["${formatTime(note, 'Europe/Berlin')}", '2026-06-01T23:30:00Z', '1:30 AM'],
  ['${formatWeekday(note)}', '2026-06-01', 'Monday'],
  ["${formatWeekday(note, 'short')}", '2026-06-01', 'Mon'],
  ["${formatWeekday(note, 'long', 'Europe/Berlin')}", '2026-06-01T23:30:00Z', 'Tuesday'],
  ["${formatWeekday(note, 'long', 'Asia/Tokyo')}", '2026-06-01', 'Monday'],
];
for (const [text, value, expected] of dates) {
  test(`${text} of ${value} is ${expected}`, () => {
    assert.deepEqual(show(text, value), [expected]);
  });
}

const noDates = [
  ...[
    'order 5',
    '5',
    '',
    '2026',
    '2026-06',
    '06/01/2026',
    '1 June 2026',
    '2026-6-1',
    '2026-06-01T',
    ' 2026-06-01',
  ],
  ...['2026-02-30', '2026-02-29', '2026-13-01', '2026-00-10', '2026-06-31T10:00:00Z', '2026-06-01T25:00:00Z'],
];
for (const value of noDates) {
  test(`${JSON.stringify(value)} is no date`, () => {
    assert.throws(() => show('${formatDate(note)}', value), { code: 'template.invalidField' });
  });
}
