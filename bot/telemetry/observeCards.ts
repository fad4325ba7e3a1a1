import {
  type AuditedCard,
  type CardEvent,
  type CardListener,
  type FaultListener,
  isFinal,
} from '../../cards/delivery/cardEvents.ts';
import type { Http } from '../../cards/delivery/http.ts';
import { type CardRoute, wrapRoute } from '../../cards/delivery/outbox.ts';
import type { ConnectorEvents } from '../channels/botConnector/session/events.ts';
import type { TurnCardEvents } from '../turns/cardMiddleware.ts';
import { type CallName, telemetryCalls } from './events.ts';
import {
  makeOperationId,
  readCurrentOperation,
  readCurrentTurn,
  readOperationId,
  runInOperation,
} from './operation.ts';
import type { Telemetry } from './telemetry.ts';

/** Reports each card that a dialog asks for and that passes the checks. */
export function trackComposed(telemetry: Telemetry): NonNullable<TurnCardEvents['onComposed']> {
  return (context, card) => {
    if (!telemetry.isOn) return;
    const operation = readOperationId();
    const properties = {
      ...placeOf(telemetry, context.activity.conversation.id, 'channel'),
      templateId: card.template.id,
      templateVersion: card.template.version,
      messageId: card.messageId,
    };
    telemetry.track('card.requested', operation, properties, {});
    const [change] = card.changes;
    if (change === undefined) return;
    const degraded = { ...properties, path: change.path };
    telemetry.track('card.degraded', operation, degraded, { changes: card.changes.length });
  };
}

/** Reports the events of cards, also of cards that a former process stored. */
export function trackCards(telemetry: Telemetry): CardListener {
  if (!telemetry.isOn) return () => {};
  return (event) => {
    const { entry, card, attempt } = event;
    if (entry.event === 'refused') {
      trackRefused(telemetry, event);
      return;
    }
    const { operationId: operation, attempts, ms, bytes } = entry;
    const properties = propertiesOf(telemetry, card);
    if (attempt !== undefined) {
      if (attempts === 1 && isReplayed(card)) telemetry.track('card.replayed', operation, properties, {});
      if (attempt.code === 'genesys.rateLimited') telemetry.metric('rateLimited.pauses', 1);
      // The outcome of an accepted or rejected card reports the same.
      if (attempt.result === 'retry' || attempt.result === 'unknown') {
        const { durationMs } = attempt;
        telemetry.track(
          'card.attempted',
          operation,
          { ...properties, ...answerOf(attempt) },
          { attempts, durationMs },
        );
      }
    }
    if (entry.event === 'stored') telemetry.track('card.stored', operation, properties, { bytes });
    if (entry.event === 'fallback') telemetry.track('card.replaced', operation, properties, {});
    if (isFinal(entry))
      telemetry.track(
        `card.${entry.event}`,
        operation,
        { ...properties, ...answerOf(entry) },
        { attempts, durationMs: ms },
      );
  };
}

function trackRefused(telemetry: Telemetry, { entry, card }: CardEvent): void {
  const { operationId: operation, code, path } = entry;
  const properties = {
    ...placeOf(telemetry, card.conversationId, card.route),
    templateId: code === 'template.unknown' ? 'unknown' : card.templateId,
    templateVersion: card.templateVersion,
    messageId: card.messageId,
  };
  telemetry.track('card.requested', operation, properties, {});
  telemetry.track('card.refused', operation, { ...properties, code, path }, {});
}

function answerOf({
  code,
  status,
  correlationId,
}: Pick<CardEvent['entry'], 'code' | 'status' | 'correlationId'>) {
  return { code, status: status?.toString(), correlationId };
}

/** Reports errors of this program that hit the delivery of cards. */
export function trackFaults(telemetry: Telemetry): FaultListener {
  return (_error, card) => {
    if (!telemetry.isOn) return;
    telemetry.metric('delivery.faults', 1);
    const properties = card === undefined ? {} : propertiesOf(telemetry, card);
    telemetry.track('delivery.fault', card?.operationId ?? '', properties, {});
  };
}

/** Reports cards that the connector shows without some of their parts, and refused callers; then calls `others`. */
export function observeConnector(telemetry: Telemetry, others: ConnectorEvents = {}): ConnectorEvents {
  if (!telemetry.isOn) return others;
  return {
    ...others,
    onDegraded: (address, changes) => {
      others.onDegraded?.(address, changes);
      const { route, conversationId } = address;
      const [change] = changes;
      if (change === undefined) return;
      const properties = { ...placeOf(telemetry, conversationId, route), path: change.path };
      telemetry.track('card.degraded', readOperationId(), properties, { changes: changes.length });
    },
    onRefused: (event) => {
      others.onRefused?.(event);
      if (event.status === 401 || event.status === 403) telemetry.metric('callers.refused', 1);
    },
  };
}

function propertiesOf(telemetry: Telemetry, card: AuditedCard) {
  const { conversationId, route, templateId, templateVersion, messageId, reference } = card;
  return {
    conversationId: telemetry.conversation(conversationId),
    channel: reference === undefined ? undefined : channelOf(reference),
    route,
    templateId,
    templateVersion,
    messageId,
  };
}

/**
 * The channel of a card, from the reference that is stored with it: a card of a former process has no turn. The reference is JSON of
 * our own, and no text in it can contain this key with its quotes, so it is not parsed.
 */
function channelOf(reference: string): string | undefined {
  return /"channelId":"([^"]+)"/.exec(reference)?.[1];
}

/** Says whether a card was replayed: then its present attempts did not start when it was stored. */
function isReplayed(card: AuditedCard): boolean {
  return 'startedAt' in card && 'storedAt' in card && card.startedAt !== card.storedAt;
}

function placeOf(telemetry: Telemetry, conversationId: string, route: string) {
  const turn = readCurrentTurn();
  return turn === undefined
    ? { conversationId: telemetry.conversation(conversationId), channel: undefined, route }
    : { conversationId: turn.conversationId, channel: turn.channel, route: turn.route };
}

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
