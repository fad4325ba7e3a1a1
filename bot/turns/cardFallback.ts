import type { ConversationReference } from 'botbuilder';
import { z } from 'zod';
import { type CardEvent, needsText } from '../../cards/delivery/cardEvents.ts';
import type { CardRoute, Outbox } from '../../cards/delivery/outbox.ts';
import { readErrorFields } from '../log/errorFields.ts';
import type { Log } from '../log/log.ts';
import { type LaterSender, sendLater } from './sendLater.ts';

const referenceSchema = z.looseObject({
  channelId: z.string(),
  serviceUrl: z.string(),
  conversation: z.looseObject({ id: z.string() }),
  bot: z.looseObject({ id: z.string() }),
  user: z.looseObject({ id: z.string() }),
});

/** What the fallback needs. */
export interface CardFallbackOptions extends LaterSender {
  log: Log;
  /** Whether a card that may have arrived gets a text, too; default false. */
  textOnUnknown?: boolean;
  /** Notes in the audit log, before it is sent, that a text goes out, or takes it: at most once, also over a restart. */
  outbox: Pick<Outbox, 'note' | 'submit'>;
  /** The routes that the outbox has. */
  routes: readonly CardRoute[];
}

/**
 * Sends a card's plain text in its place, once, when the customer needs it (see `needsText`): by the card's route when that has
 * a message for it, else to the Bot Framework conversation that the card came from.
 */
export function createCardFallback({ log, outbox, routes, textOnUnknown, ...sender }: CardFallbackOptions) {
  return async (event: CardEvent): Promise<void> => {
    const { entry, card } = event;
    const { text = '', reference: json = '' } = card;
    if (!needsText(entry, textOnUnknown)) return;
    try {
      const route = routes.find(({ name }) => name === card.route);
      if (route?.textInstead !== undefined) {
        const instead = route.textInstead(event);
        if (instead !== undefined) await outbox.submit(instead);
        return;
      }
      const reference = readReference(json);
      if (reference === undefined || text === '') return;
      await outbox.note('fallback', card);
      await sendLater(sender, reference, text);
    } catch (error) {
      log.warn(
        { event: 'fallback.failed', messageId: card.messageId, error, ...readErrorFields(error) },
        'Fallback text could not be sent',
      );
    }
  };
}

function readReference(json: string): Partial<ConversationReference> | undefined {
  if (json === '') return undefined;
  const parsed = referenceSchema.safeParse(JSON.parse(json));
  if (!parsed.success) return undefined;
  // Written by this bot from a turn's own reference; the schema names what continueConversation needs.
  return parsed.data as unknown as Partial<ConversationReference>;
}
