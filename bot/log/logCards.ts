import { LRUCache } from 'lru-cache';
import {
  type CardListener,
  deliveryOf,
  type FaultListener,
  isFinal,
} from '../../cards/delivery/cardEvents.ts';
import type { Outbox } from '../../cards/delivery/outbox.ts';
import type { TurnCardEvents } from '../turns/cardMiddleware.ts';
import { cardPlaceOf } from '../turns/cardPlace.ts';
import { readErrorFields } from './errorFields.ts';
import type { Log } from './log.ts';
import { type SparingOptions, tellSparingly } from './tellSparingly.ts';

/**
 * Logs each card that our checks refused, and how a card ended where no line of its turn tells it: every dead letter, a
 * card for a customer who had left, and a card that was accepted when its turn no longer waited for it.
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

/** Places in the code whose errors are told apart. */
const mostPlaces = 100;

/**
 * Logs errors of this program that hit the delivery of cards: those of one place at once the first time, then once a minute
 * with their count and the latest card. Each card that ends by it has a line of its own.
 */
export function logFaults(log: Log, options: SparingOptions = {}): FaultListener {
  const places = new LRUCache<string, FaultListener>({ max: mostPlaces });
  return (error, card) => {
    const { code, frames: [place] = [] } = readErrorFields(error);
    const key = `${code} ${place}`;
    const report = places.get(key) ?? createFaultReport(log, options);
    places.set(key, report);
    report(error, card);
  };
}

function createFaultReport(log: Log, options: SparingOptions): FaultListener {
  let latest: Parameters<FaultListener> = [undefined];
  const report = tellSparingly((count) => {
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

/** Logs what a turn knows of the delivery of its cards when it no longer waits. */
export function logDeliveries(log: Log): NonNullable<TurnCardEvents['onDelivery']> {
  return (_context, card, { messageId, outcome, attempts, code, status }) =>
    log.info(
      { event: 'card.delivery', messageId, templateId: card.template.id, outcome, attempts, code, status },
      'Card delivery outcome',
    );
}

/** What notes refused cards. */
export interface NoteRefusedOptions {
  outbox: Pick<Outbox, 'note'>;
  log: Log;
  /** Hides the id of a conversation by a keyed hash. */
  hide: (conversationId: string) => string;
}

/** Notes each card that our checks refuse in the audit log, from where everybody hears of it. */
export function noteRefused({
  outbox,
  log,
  hide,
}: NoteRefusedOptions): NonNullable<TurnCardEvents['onRefused']> {
  return (context, { error, card }) => {
    const { code, path } = error;
    // Genesys' ids say nothing of a customer; those of other channels may be a phone number.
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
