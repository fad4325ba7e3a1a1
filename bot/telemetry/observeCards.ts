import type { Delivery, Outbox, OutboxEvents, OutgoingCard } from '../../cards/delivery/outbox.ts';
import type { CardEvents } from '../cardMiddleware.ts';
import type { ConnectorEvents } from '../channels/botConnector/session/events.ts';
import { currentTurn, operationId } from './operation.ts';
import type { Telemetry } from './telemetry.ts';

/** Tells of the cards that dialogs ask for. */
export function cardTelemetry(telemetry: Telemetry): CardEvents {
  if (!telemetry.isOn) return {};
  return {
    onRefused: (_context, { error, card }) => {
      const { code, path } = error;
      const properties = {
        ...placeOf(telemetry, card.conversationId, card.route),
        templateId: code === 'template.unknown' ? 'unknown' : card.templateId,
        templateVersion: card.templateVersion,
        messageId: card.messageId,
      };
      telemetry.track('card.requested', card.operationId, properties, {});
      telemetry.track('card.refused', card.operationId, { ...properties, code, path }, {});
    },
    onComposed: (context, card) => {
      const operation = operationId();
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
    },
  };
}

/** Tells of what Architect's doors show with less than the bot gave, besides what `others` do with the events. */
export function connectorTelemetry(telemetry: Telemetry, others: ConnectorEvents = {}): ConnectorEvents {
  if (!telemetry.isOn) return others;
  return {
    ...others,
    onDegraded: (address, changes) => {
      others.onDegraded?.(address, changes);
      const { route, conversationId } = address;
      const [change] = changes;
      if (change === undefined) return;
      const properties = {
        ...placeOf(telemetry, conversationId, route),
        templateId: undefined,
        templateVersion: undefined,
        messageId: undefined,
        path: change.path,
      };
      telemetry.track('card.degraded', operationId(), properties, { changes: changes.length });
    },
    onRefused: (event) => {
      others.onRefused?.(event);
      if (event.status === 401 || event.status === 403) telemetry.metric('callers.refused', 1);
    },
  };
}

/** Tells of what the outbox does with cards, also those of a former process. */
export function outboxTelemetry(
  telemetry: Telemetry,
): Required<Pick<OutboxEvents, 'onAttempt' | 'onSettled' | 'onFault'>> {
  if (!telemetry.isOn) return { onAttempt: () => {}, onSettled: () => {}, onFault: () => {} };
  return {
    onFault: (_error, card) => {
      telemetry.metric('delivery.faults', 1);
      const properties = card === undefined ? noProperties : propertiesOf(telemetry, card);
      telemetry.track('delivery.fault', card?.operationId ?? '', properties, {});
    },
    onAttempt: (card, { result, code, status, correlationId }, attempts, durationMs) => {
      const properties = propertiesOf(telemetry, card);
      if (attempts === 1 && isReplayed(card))
        telemetry.track('card.replayed', card.operationId, properties, {});
      if (code === 'genesys.rateLimited') telemetry.metric('rateLimited.pauses', 1);
      // The outcome follows, and tells as much.
      if (result === 'accepted' || result === 'rejected') return;
      telemetry.track(
        'card.attempted',
        card.operationId,
        { ...properties, code, status: status?.toString(), correlationId },
        { attempts, durationMs },
      );
    },
    onSettled: (card, { outcome, attempts, code, status, correlationId, durationMs }) => {
      if (outcome === 'pending') return;
      telemetry.track(
        eventOf[outcome],
        card.operationId,
        { ...propertiesOf(telemetry, card), code, status: status?.toString(), correlationId },
        { attempts, durationMs },
      );
    },
  };
}

/** Tells that a card is stored. */
export function observeOutbox(outbox: Outbox, telemetry: Telemetry): Outbox {
  if (!telemetry.isOn) return outbox;
  return {
    start: () => outbox.start(),
    submit: async (card) => {
      await outbox.submit(card);
      const bytes = Buffer.byteLength(card.body);
      telemetry.track('card.stored', card.operationId, propertiesOf(telemetry, card), { bytes });
    },
    outcomeOf: (messageId, waitMs) => outbox.outcomeOf(messageId, waitMs),
    find: (messageId) => outbox.find(messageId),
    isReady: () => outbox.isReady(),
    stop: (graceMs) => outbox.stop(graceMs),
  };
}

/** Tells that a card's text goes out in its place. */
export function trackReplaced(telemetry: Telemetry, card: OutgoingCard): void {
  if (telemetry.isOn) telemetry.track('card.replaced', card.operationId, propertiesOf(telemetry, card), {});
}

const eventOf = {
  accepted: 'card.accepted',
  rejected: 'card.rejected',
  unknown: 'card.unknown',
  failed: 'card.failed',
} as const satisfies Record<Exclude<Delivery['outcome'], 'pending'>, string>;

/** The properties of an event that belongs to no card. */
const noProperties = {
  conversationId: undefined,
  channel: undefined,
  route: undefined,
  templateId: undefined,
  templateVersion: undefined,
  messageId: undefined,
};

/** A card's properties are the same for all its events, and a card is the same object while it is under way. */
const known = new WeakMap<OutgoingCard, ReturnType<typeof readProperties>>();

function propertiesOf(telemetry: Telemetry, card: OutgoingCard) {
  const properties = known.get(card) ?? readProperties(telemetry, card);
  known.set(card, properties);
  return properties;
}

function readProperties(telemetry: Telemetry, card: OutgoingCard) {
  const { conversationId, route, templateId, templateVersion, messageId, reference } = card;
  return {
    conversationId: telemetry.conversation(conversationId),
    channel: channelOf(reference),
    route,
    templateId,
    templateVersion,
    messageId,
  };
}

/**
 * A card of a former process has no turn; the reference that was stored with it names its channel. It is JSON of our own:
 * no text in it can hold this key with its quotes, so it need not be parsed.
 */
function channelOf(reference: string): string | undefined {
  return /"channelId":"([^"]+)"/.exec(reference)?.[1];
}

/** The stores keep when a card's present life began: for a replayed one that is not when it was stored. */
function isReplayed(card: OutgoingCard): boolean {
  return 'startedAt' in card && 'storedAt' in card && card.startedAt !== card.storedAt;
}

function placeOf(telemetry: Telemetry, conversationId: string, route: string) {
  const turn = currentTurn();
  return turn === undefined
    ? { conversationId: telemetry.conversation(conversationId), channel: undefined, route }
    : { conversationId: turn.conversationId, channel: turn.channel, route: turn.route };
}
