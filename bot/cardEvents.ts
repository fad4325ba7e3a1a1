import type { Delivery, OutgoingCard } from '../cards/delivery/outbox.ts';
import type { CardEvents } from './cardMiddleware.ts';
import type { Store } from './createStore.ts';
import type { Log } from './log.ts';
import { channelName } from './telemetry/channelName.ts';
import { cardTelemetry } from './telemetry/observeCards.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** Where the news of a turn's cards goes. */
export interface CardEventsOptions {
  log: Log;
  store: Pick<Store, 'note'>;
  telemetry: Telemetry;
  /** Gives what stands for the id of a conversation. */
  hide: (conversationId: string) => string;
}

/** Tells the log, the audit log and telemetry what became of a card in its turn. */
export function cardEvents({ log, store, telemetry, hide }: CardEventsOptions): CardEvents {
  const told = cardTelemetry(telemetry);
  return {
    ...told,
    onRefused: (context, refused) => {
      told.onRefused?.(context, refused);
      const { error, card } = refused;
      const { code, path } = error;
      log.warn(
        { event: 'card.refused', code, path, channel: channelName(context.activity.channelId) },
        'Card refused by the checks',
      );
      // Genesys' ids say nothing of a customer; those of other channels may be a phone number.
      const conversationId = card.route === 'guest' ? card.conversationId : hide(card.conversationId);
      store
        .note('refused', { ...card, conversationId }, { code, ...(path === undefined ? {} : { path }) })
        .catch(() =>
          log.error(
            { event: 'audit.failed', messageId: card.messageId, code },
            'Store unreachable: a refused card is missing from the audit log',
          ),
        );
    },
    onDelivery: (_context, card, { messageId, outcome, attempts, code, status }) =>
      log.info(
        { event: 'card.delivery', messageId, templateId: card.template.id, outcome, attempts, code, status },
        'Card delivery outcome',
      ),
  };
}

/**
 * Logs how a card ended where no line of its turn tells it: every dead letter, and a card that was accepted when its turn
 * no longer waited for it.
 *
 * @param outcomeWaitMs how long a turn waits for the outcome of a card, in milliseconds
 */
export function logEnd(log: Log, card: OutgoingCard, delivery: Delivery, outcomeWaitMs: number): void {
  const { operationId, templateId, route } = card;
  const { messageId, outcome, attempts, code, status, correlationId, durationMs = 0 } = delivery;
  const fields = {
    messageId,
    operationId,
    templateId,
    route,
    outcome,
    attempts,
    code,
    status,
    correlationId,
  };
  if (outcome !== 'accepted') log.warn({ event: 'card.dead', ...fields }, 'Card became a dead letter');
  else if (durationMs >= outcomeWaitMs)
    log.info({ event: 'card.accepted', ...fields, durationMs }, 'Card accepted after its turn');
}
