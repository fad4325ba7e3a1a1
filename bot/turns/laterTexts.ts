import type { CloudAdapter, ConversationReference, TurnContext } from 'botbuilder';
import { z } from 'zod';
import { type CardEvent, isFinal, needsText } from '../../cards/delivery/cardEvents.ts';
import { type SetTimer, setIdleTimer } from '../../cards/delivery/clock.ts';
import type { CardRoute, Delivery, Outbox } from '../../cards/delivery/outbox.ts';
import { textsFor } from '../../dialogs/languages.ts';
import { readErrorFields } from '../log/errorFields.ts';
import type { Log } from '../log/log.ts';
import { type TurnContext as AnyTurnContext, referenceOf, throwPast } from './activity.ts';

// Texts that the bot sends after a turn: instead of a card that could not be delivered, and about a card that is late.

/** Needed to send a text outside a turn. */
interface LaterSender {
  adapter: Pick<CloudAdapter, 'continueConversationAsync'>;
  /** The bot's app id; empty when the bot is open. */
  appId: string;
  log: Log;
}

/** Sends a plain text into a conversation outside its turns. @throws the error of the channel or the adapter */
async function sendLater(
  { adapter, appId }: LaterSender,
  reference: Partial<ConversationReference>,
  text: string,
): Promise<void> {
  await throwPast(
    (guarded) => adapter.continueConversationAsync(appId, reference, guarded),
    (context: TurnContext) => context.sendActivity({ type: 'message', text, textFormat: 'plain' }),
  );
}

/** Options of the fallback. */
export interface CardFallbackOptions extends LaterSender {
  /** Whether a card that may have arrived gets a text, too; default false. */
  textOnUnknown?: boolean;
  /** Records in the audit log that a text is sent, or delivers it: at most once, also after a restart. */
  outbox: Pick<Outbox, 'note' | 'submit'>;
  /** The routes of the outbox. */
  routes: readonly CardRoute[];
}

/**
 * Creates the listener that sends the plain text of a card once, when the customer needs it (see `needsText`): as a message of the
 * card's route (`textInstead`), or else to the Bot Framework conversation that the card came from.
 */
export function createCardFallback({ outbox, routes, textOnUnknown, ...sender }: CardFallbackOptions) {
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
      sender.log.warn(
        { event: 'fallback.failed', messageId: card.messageId, error, ...readErrorFields(error) },
        'Fallback text could not be sent',
      );
    }
  };
}

const referenceSchema = z.looseObject({
  channelId: z.string(),
  serviceUrl: z.string(),
  conversation: z.looseObject({ id: z.string() }),
  bot: z.looseObject({ id: z.string() }),
  user: z.looseObject({ id: z.string() }),
});

function readReference(json: string): Partial<ConversationReference> | undefined {
  if (json === '') return undefined;
  const parsed = referenceSchema.safeParse(JSON.parse(json));
  if (!parsed.success) return undefined;
  // This bot stored it from a turn's own reference; the schema has the properties that continueConversation needs.
  return parsed.data as unknown as Partial<ConversationReference>;
}

/** Options of the messages about late cards. */
export interface LateCardsOptions extends LaterSender {
  /** Time between the end of the turn's own wait and the message, in milliseconds. */
  afterMs: number;
  /** Default: timers that keep no process alive. */
  after?: SetTimer;
}

/** The cards of one conversation that the customer waits for. */
interface Waiting {
  readonly messageIds: Set<string>;
  /** The customer has received the message, and no card since. */
  isNotified: boolean;
  readonly timer: ReturnType<SetTimer>;
}

/** Conversations at most. When the oldest is forgotten, its customer may receive the message twice. */
const maxConversations = 10_000;

/**
 * Sends a customer who waits for a card one sentence that it takes longer, and no other until a card of the conversation arrives.
 *
 * It knows the cards of this process only: no message is sent about a card that waits since before a restart.
 */
export class LateCards {
  readonly #options: LateCardsOptions;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: LateCardsOptions) {
    this.#options = options;
  }

  /** Receives the outcome of a card when its turn waits no longer. */
  onDelivery(
    context: Pick<AnyTurnContext, 'activity'>,
    conversationId: string,
    { messageId, outcome }: Delivery,
  ): void {
    if (outcome !== 'pending') return;
    const known = this.#waiting.get(conversationId);
    if (known !== undefined) {
      known.messageIds.add(messageId);
      return;
    }
    const { locale } = context.activity;
    // The SDK's types ask for more of a conversation than an activity has.
    const reference = referenceOf(context.activity) as Partial<ConversationReference>;
    const { afterMs, after = setIdleTimer } = this.#options;
    const timer = after(afterMs, () => {
      waiting.isNotified = true;
      void this.#notify(reference, locale);
    });
    const waiting: Waiting = { messageIds: new Set([messageId]), isNotified: false, timer };
    this.#waiting.set(conversationId, waiting);
    const oldest = this.#waiting.size > maxConversations ? this.#waiting.keys().next().value : undefined;
    if (oldest !== undefined) this.#forget(oldest);
  }

  /** Receives an event of a card, which may be its outcome. */
  onCardEvent({ entry }: CardEvent): void {
    const { conversationId, messageId, event } = entry;
    const waiting = this.#waiting.get(conversationId);
    if (waiting === undefined || !isFinal(entry)) return;
    waiting.messageIds.delete(messageId);
    const isOver = event === 'accepted' || (waiting.messageIds.size === 0 && !waiting.isNotified);
    if (isOver) this.#forget(conversationId);
  }

  /** Stops all messages. */
  close(): void {
    for (const conversationId of this.#waiting.keys()) this.#forget(conversationId);
  }

  #forget(conversationId: string): void {
    this.#waiting.get(conversationId)?.timer.cancel();
    this.#waiting.delete(conversationId);
  }

  async #notify(reference: Partial<ConversationReference>, locale: string | undefined): Promise<void> {
    try {
      await sendLater(this.#options, reference, textsFor(locale).cardLate);
    } catch (error) {
      this.#options.log.warn(
        { event: 'late.untold', error, ...readErrorFields(error) },
        'The message about a late card could not be sent',
      );
    }
  }
}
