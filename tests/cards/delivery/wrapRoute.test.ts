import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observeRoute } from '../../../bot/telemetry/observeCards.ts';
import { withCircuitBreaker } from '../../../cards/delivery/circuitBreaker.ts';
import { type Attempt, type CardRoute, wrapRoute } from '../../../cards/delivery/outbox.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { recordedTelemetry } from '../../fakes/recordedTelemetry.ts';

/** A route as a class with private state, and with members that a later version may add. */
class NewerRoute implements CardRoute {
  readonly name = 'newer';
  readonly dropsRepeats = true;
  readonly limitKey = 'a key';
  #slots = 0;

  async acquireSlot(): Promise<void> {
    this.#slots += 1;
  }

  async send(): Promise<Attempt> {
    return { result: 'accepted', status: 200 };
  }

  countSlots(): number {
    return this.#slots;
  }
}

const { telemetry } = await recordedTelemetry();
const wrappers: [what: string, wrap: (route: CardRoute) => CardRoute][] = [
  ['wrapRoute', (route) => wrapRoute(route, {})],
  ['the circuit breaker', (route) => withCircuitBreaker(route)],
  ['telemetry', (route) => observeRoute(route, telemetry)],
  ['one around another', (route) => withCircuitBreaker(observeRoute(route, telemetry))],
];
for (const [what, wrap] of wrappers) {
  test(`${what} forgets no member of a route, also none that is added later`, async () => {
    const route = new NewerRoute();
    const wrapped = wrap(route);
    await wrapped.acquireSlot?.();
    assert.deepEqual(await wrapped.send(outgoingCard()), { result: 'accepted', status: 200 });
    assert.deepEqual([wrapped.name, wrapped.dropsRepeats], ['newer', true]);
    assert.equal(Reflect.get(wrapped, 'limitKey'), 'a key');
    assert.equal(Reflect.get(wrapped, 'countSlots')(), 1);
    assert.equal(route.countSlots(), 1);
  });
}
