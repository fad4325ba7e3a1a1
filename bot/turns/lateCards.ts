import type { ConversationReference } from 'botbuilder';
import { type CardEvent, isFinal } from '../../cards/delivery/cardEvents.ts';
import { type SetTimer, setIdleTimer } from '../../cards/delivery/clock.ts';
import type { Delivery } from '../../cards/delivery/outbox.ts';
import { textsFor } from '../../dialogs/texts/texts.ts';
import { readErrorFields } from '../log/errorFields.ts';
import type { Log } from '../log/log.ts';
import { type LaterSender, sendLater } from './sendLater.ts';
import { referenceOf, type TurnContext } from './turnContext.ts';

/** What the news of late cards needs. */
export interface LateCardsOptions extends LaterSender {
  log: Log;
  /** From the end of the turn's own wait until the message, in milliseconds. */
  afterMs: number;
  /** Default: timers that keep no process alive. */
  after?: SetTimer;
}

/** The cards of one conversation that customers wait for. */
interface Waiting {
  readonly messageIds: Set<string>;
  /** The customer got the message, and no card since. */
  isTold: boolean;
  readonly timer: ReturnType<SetTimer>;
}

/** Forgetting the oldest only means that somebody may get the message twice. */
const mostConversations = 10_000;

/**
 * Sends a customer who waits for a card one sentence that it takes longer, once until a card of the conversation arrives.
 *
 * Knows the cards of this process only: what waited through a restart comes without a word.
 */
export class LateCards {
  readonly #options: LateCardsOptions;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: LateCardsOptions) {
    this.#options = options;
  }

  /** A turn no longer waits for a card. */
  onDelivery(
    context: Pick<TurnContext, 'activity'>,
    conversationId: string,
    { messageId, outcome }: Delivery,
  ): void {
    if (outcome !== 'pending') return;
    const { locale } = context.activity;
    // The SDK's types ask for more of a conversation than an activity has.
    const reference = referenceOf(context.activity) as Partial<ConversationReference>;
    const known = this.#waiting.get(conversationId);
    if (known !== undefined) {
      known.messageIds.add(messageId);
      return;
    }
    const { afterMs, after = setIdleTimer } = this.#options;
    const timer = after(afterMs, () => {
      waiting.isTold = true;
      void this.#tell(reference, locale);
    });
    const waiting: Waiting = { messageIds: new Set([messageId]), isTold: false, timer };
    this.#waiting.set(conversationId, waiting);
    const oldest = this.#waiting.size > mostConversations ? this.#waiting.keys().next().value : undefined;
    if (oldest !== undefined) this.#forget(oldest);
  }

  /** A card may have its outcome. */
  onCardEvent({ entry }: CardEvent): void {
    const { conversationId, messageId, event } = entry;
    const waiting = this.#waiting.get(conversationId);
    if (waiting === undefined || !isFinal(entry)) return;
    waiting.messageIds.delete(messageId);
    const isOver = event === 'accepted' || (waiting.messageIds.size === 0 && !waiting.isTold);
    if (isOver) this.#forget(conversationId);
  }

  /** Sends no further message. */
  close(): void {
    for (const conversationId of this.#waiting.keys()) this.#forget(conversationId);
  }

  #forget(conversationId: string): void {
    this.#waiting.get(conversationId)?.timer.cancel();
    this.#waiting.delete(conversationId);
  }

  async #tell(reference: Partial<ConversationReference>, locale: string | undefined): Promise<void> {
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
