import type { CloudAdapter, ConversationReference } from 'botbuilder';
import { z } from 'zod';
import type { CardEvent } from '../cards/delivery/cardEvents.ts';
import { needsText } from '../cards/delivery/needsText.ts';
import type { Outbox } from '../cards/delivery/outbox.ts';
import { textInstead } from './channels/botConnector/wire/outgoingMessage.ts';
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
  outbox: Pick<Outbox, 'note'>;
}

/** What the text in place of an answer for Architect needs. */
export interface SendTextInsteadOptions {
  outbox: Pick<Outbox, 'submit'>;
  log: Log;
  /** Whether an answer that may have arrived gets a text, too; default false. */
  textOnUnknown?: boolean;
}

/** Sends a card's plain text in its place, once, when the customer needs it; see `needsText`. */
export function cardFallback({ adapter, appId, log, outbox, textOnUnknown }: CardFallbackOptions) {
  return async ({ entry, card }: CardEvent): Promise<void> => {
    const { text = '', reference: json = '' } = card;
    if (!needsText(entry, textOnUnknown) || text === '') return;
    try {
      const reference = readReference(json);
      if (reference === undefined) return;
      await outbox.note('fallback', card);
      await sendLater({ adapter, appId, reference }, text);
    } catch {
      log.warn({ event: 'fallback.failed', messageId: card.messageId }, 'Fallback text could not be sent');
    }
  };
}

/** Stores the text of an answer for Architect in place of its cards, once, when the customer needs it; see `textInstead`. */
export function sendTextInstead({ outbox, log, textOnUnknown }: SendTextInsteadOptions) {
  return async (event: CardEvent): Promise<void> => {
    try {
      const instead = textInstead(event, textOnUnknown);
      if (instead !== undefined) await outbox.submit(instead);
    } catch {
      log.warn({ event: 'fallback.failed' }, 'Fallback text could not be stored');
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
