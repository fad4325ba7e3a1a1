import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTraceHeaders, traceIdOf, traceparentOf } from '../../../cards/delivery/traceparent.ts';

const id = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

const headers: [header: string | string[] | undefined, traceId: string | undefined][] = [
  [`00-${id}-${span}-01`, id],
  [`00-${id}-${span}-00`, id],
  [`cc-${id}-${span}-01`, id],
  [`cc-${id}-${span}-01-what-the-future-will-be-like`, id],
  [`00-${id}-${span}-01-more`, undefined],
  [`ff-${id}-${span}-01`, undefined],
  [`00-${'0'.repeat(32)}-${span}-01`, undefined],
  [`00-${id}-${'0'.repeat(16)}-01`, undefined],
  [`00-${id.toUpperCase()}-${span}-01`, undefined],
  [`00-${id}-${span}`, undefined],
  [`00-${id.slice(1)}-${span}-01`, undefined],
  [` 00-${id}-${span}-01`, undefined],
  ['x', undefined],
  ['', undefined],
  [undefined, undefined],
  [[`00-${id}-${span}-01`], undefined],
];
for (const [header, traceId] of headers) {
  test(`a traceparent of ${JSON.stringify(header)} names the trace ${traceId}`, () => {
    assert.equal(traceIdOf(header), traceId);
  });
}

test('what is written can be read, and an operation without a trace has no header', () => {
  assert.equal(traceIdOf(traceparentOf(id)), id);
  assert.equal(traceparentOf(id, span), `00-${id}-${span}-01`);
  for (const operationId of ['op-1', '', '0'.repeat(32)])
    assert.deepEqual(createTraceHeaders(operationId), {});
});
