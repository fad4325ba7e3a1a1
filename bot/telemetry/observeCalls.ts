import type { Http } from '../../cards/delivery/http.ts';
import { type CardRoute, wrapRoute } from '../../cards/delivery/outbox.ts';
import { type CallName, telemetryCalls } from './events.ts';
import { makeOperationId, readCurrentOperation, runInOperation } from './operation.ts';
import type { Telemetry } from './telemetry.ts';

/** Reports each request to Genesys, as part of the operation of its card. */
export function observeCalls(http: Http, telemetry: Telemetry): Http {
  if (!telemetry.isOn) return http;
  return async (request) => {
    const operation = readCurrentOperation();
    const began = performance.now();
    const result = await http(request);
    const { origin, pathname } = new URL(request.url);
    telemetry.call(operation?.id ?? makeOperationId(), {
      method: request.method,
      name: callName(pathname),
      origin,
      durationMs: performance.now() - began,
      status: result.kind === 'answer' ? result.status : undefined,
      messageId: operation?.messageId,
      correlationId:
        result.kind === 'answer' ? (result.headers.get('inin-correlation-id') ?? undefined) : undefined,
    });
    return result;
  };
}

/** Makes the calls of a route part of the card's operation: the outbox sends cards when their turn is over. */
export function observeRoute(route: CardRoute, telemetry: Telemetry): CardRoute {
  if (!telemetry.isOn) return route;
  return wrapRoute(route, {
    send: (card) =>
      runInOperation({ id: card.operationId, messageId: card.messageId }, () => route.send(card)),
  });
}

/** The name of a path in telemetry, without the ids in it. */
export function callName(path: string): CallName {
  return calls.find(({ pattern }) => pattern.test(path))?.name ?? 'other';
}

const calls = telemetryCalls.map((name) => ({
  name,
  pattern: new RegExp(`^${name.replace(/:\w+/, '[^/]+')}$`),
}));
