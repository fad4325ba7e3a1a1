import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type CardListener, CardStream } from '../../../cards/delivery/cardEvents.ts';
import { cardEvent } from '../../fakes/cardEvent.ts';

const fault = new TypeError('a listener has a bug');
const listeners: [how: string, listener: CardListener][] = [
  [
    'throws',
    () => {
      throw fault;
    },
  ],
  ['is an async function that rejects', async () => Promise.reject(fault)],
];
for (const [how, listener] of listeners) {
  test(`a listener that ${how} is reported as a fault of its card, and the next listener hears the event`, async () => {
    const faults: unknown[] = [];
    const heard: unknown[] = [];
    const stream = new CardStream({
      listeners: [listener, (event) => heard.push(event)],
      onFault: (error, card) => faults.push([error, card]),
    });
    const event = cardEvent('accepted');
    stream.emit(event);
    await setImmediate();
    assert.deepEqual(heard, [event]);
    assert.deepEqual(faults, [[fault, event.card]]);
  });
}
