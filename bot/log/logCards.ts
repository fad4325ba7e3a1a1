import { LRUCache } from 'lru-cache';
import {
  type CardListener,
  deliveryOf,
  type FaultListener,
  isFinal,
} from '../../cards/delivery/cardEvents.ts';
import type { Outbox } from '../../cards/delivery/outbox.ts';
import type { TurnCardEvents } from '../turns/cardMiddleware.ts';
import { cardPlaceOf } from '../turns/turnState.ts';
import { readErrorFields } from './errorFields.ts';
import { type Log, type ThrottleOptions, throttle } from './log.ts';

/**
 * Logs each card that our checks refused, each dead letter, each card whose customer had left, and each card that was accepted after
 * its turn.
 *
 * @param outcomeWaitMs how long a turn waits for the outcome of a card, in milliseconds
 */
export function logCards(log: Log, outcomeWaitMs: number): CardListener {
  return ({ entry }) => {
    const { messageId, operationId, templateId, route, code, path } = entry;
    if (entry.event === 'refused')
      log.warn({ event: 'card.refused', code, path, messageId, route }, 'Card refused by the checks');
    if (!isFinal(entry)) return;
    const { durationMs = 0, ...delivery } = deliveryOf(entry);
    const fields = { operationId, templateId, route, ...delivery };
    if (code === 'genesys.conversationEnded')
      log.info({ event: 'card.left', ...fields }, 'Card not delivered: the customer had left');
    else if (entry.event !== 'accepted')
      log.warn({ event: 'card.dead', ...fields }, 'Card became a dead letter');
    else if (durationMs >= outcomeWaitMs)
      log.info({ event: 'card.accepted', ...fields, durationMs }, 'Card accepted after its turn');
  };
}

/** Most places in the code whose errors are logged separately. */
const mostPlaces = 100;

/**
 * Logs errors of this program in the delivery of cards. It logs the first error of a place in the code at once, then one a minute with
 * their count and the latest card. Each card that ends by such an error has its own line.
 */
export function logFaults(log: Log, options: ThrottleOptions = {}): FaultListener {
  const places = new LRUCache<string, FaultListener>({ max: mostPlaces });
  return (error, card) => {
    const { code, frames: [place] = [] } = readErrorFields(error);
    const key = `${code} ${place}`;
    const report = places.get(key) ?? createFaultReport(log, options);
    places.set(key, report);
    report(error, card);
  };
}

function createFaultReport(log: Log, options: ThrottleOptions): FaultListener {
  let latest: Parameters<FaultListener> = [undefined];
  const report = throttle((count) => {
    const [error, card] = latest;
    log.error(
      {
        event: 'delivery.fault',
        messageId: card?.messageId,
        route: card?.route,
        count,
        error,
        ...readErrorFields(error),
      },
      'Delivery failed because of an error in this program',
    );
  }, options);
  return (...given) => {
    latest = given;
    report();
  };
}

/** Logs the delivery of each card when its turn stops waiting for it. */
export function logDeliveries(log: Log): NonNullable<TurnCardEvents['onDelivery']> {
  return (_context, card, { messageId, outcome, attempts, code, status }) =>
    log.info(
      { event: 'card.delivery', messageId, templateId: card.template.id, outcome, attempts, code, status },
      'Card delivery outcome',
    );
}

/** Options of `noteRefused`. */
interface NoteRefusedOptions {
  outbox: Pick<Outbox, 'note'>;
  log: Log;
  /** Hides the id of a conversation by a keyed hash. */
  hide: (conversationId: string) => string;
}

/** Adds each card that our checks refuse to the audit log, which informs all listeners. */
export function noteRefused({
  outbox,
  log,
  hide,
}: NoteRefusedOptions): NonNullable<TurnCardEvents['onRefused']> {
  return (context, { error, card }) => {
    const { code, path } = error;
    // An id of Genesys reveals nothing about a customer; an id of another channel may be a phone number.
    const { conversationId } = cardPlaceOf(context) ?? { conversationId: hide(card.conversationId) };
    outbox
      .note('refused', card, { conversationId, code, ...(path === undefined ? {} : { path }) })
      .catch((cause: unknown) =>
        log.error(
          {
            event: 'audit.failed',
            messageId: card.messageId,
            problem: code,
            path,
            ...readErrorFields(cause),
          },
          'A refused card is missing from the audit log',
        ),
      );
  };
}
