import type { CloudAdapter, ConversationReference } from 'botbuilder';
import { z } from 'zod';
import { needsText } from '../cards/delivery/needsText.ts';
import type { Delivery, OutgoingCard } from '../cards/delivery/outbox.ts';
import type { Log } from './log.ts';
import { sendLater } from './sendLater.ts';

const referenceSchema = z.looseObject({
  channelId: z.string(),
  serviceUrl: z.string(),
  conversation: z.looseObject({ id: z.string() }),
  bot: z.looseObject({ id: z.string() }),
  user: z.looseObject({ id: z.string() }),
});

/** What the fallback needs. */
export interface CardFallbackOptions {
  adapter: CloudAdapter;
  /** The bot's app id; empty when the bot is open. */
  appId: string;
  log: Log;
  /** Whether a card that may have arrived gets a text, too; default false. */
  textOnUnknown?: boolean;
  /** Notes in the audit log, before it is sent, that the text goes out: at most once, also over a restart. */
  note: (card: OutgoingCard) => Promise<void>;
}

/** Sends a card's plain text in its place, once, when the customer needs it; see `needsText`. */
export function cardFallback({ adapter, appId, log, note, textOnUnknown }: CardFallbackOptions) {
  return async (card: OutgoingCard, delivery: Delivery): Promise<void> => {
    if (!needsText(delivery, textOnUnknown) || card.text === '') return;
    try {
      const reference = readReference(card.reference);
      if (reference === undefined) return;
      await note(card);
      await sendLater({ adapter, appId, reference }, card.text);
    } catch {
      log.warn({ event: 'fallback.failed', messageId: card.messageId }, 'Fallback text could not be sent');
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
