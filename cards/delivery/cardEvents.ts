import type { AuditEntry, AuditedCard } from './audit.ts';
import type { Attempt, Delivery, FinalState } from './outbox.ts';

/** An event of a card; emitted when the store has it. */
export interface CardEvent {
  /** As it stands in the audit log. */
  readonly entry: AuditEntry;
  /** The card as this process knows it. */
  readonly card: AuditedCard;
  /** The attempt that the entry is about; undefined when this process sent nothing. */
  readonly attempt?: Attempt | undefined;
}

/** A listener of card events; never blocks. An error that it throws is a fault, and harms neither a card nor other listeners. */
export type CardListener = (event: CardEvent) => void;

/** Called with an error of this program that hit a card, or something else when `card` is undefined; `error` may hold anything, also text. */
export type FaultListener = (error: unknown, card?: AuditedCard) => void;

/** Listeners of an outbox. */
export interface Listeners {
  /** In their order; default: none. */
  readonly listeners?: readonly CardListener[];
  readonly onFault?: FaultListener;
}

/** The one stream of card events: calls every listener, and never throws. */
export class CardStream {
  readonly #listeners: readonly CardListener[];
  readonly #onFault: FaultListener;

  constructor({ listeners = [], onFault = () => {} }: Listeners) {
    this.#listeners = listeners;
    this.#onFault = onFault;
  }

  tell(event: CardEvent): void {
    for (const listener of this.#listeners) {
      try {
        // An async function is a listener for the compiler, too: its rejection must not end the process.
        const ending: unknown = listener(event);
        if (ending instanceof Promise) ending.catch((error: unknown) => this.tellFault(error, event.card));
      } catch (error) {
        this.tellFault(error, event.card);
      }
    }
  }

  tellFault(error: unknown, card?: AuditedCard): void {
    try {
      this.#onFault(error, card);
    } catch {
      // The listener for faults itself has failed.
    }
  }
}

/** An entry that ends a card's delivery. */
export type FinalEntry = AuditEntry & { readonly event: FinalState };

/** Whether an entry ends a card's delivery, until an operator replays the card. */
export function isFinal(entry: AuditEntry): entry is FinalEntry {
  return finalStates.has(entry.event);
}

const finalStates: ReadonlySet<string> = new Set<FinalState>(['accepted', 'rejected', 'unknown', 'failed']);

/** The delivery of a card by its final entry. */
export function deliveryOf(entry: FinalEntry): Delivery {
  const { messageId, event, attempts = 0, code, status, correlationId, ms } = entry;
  return { messageId, outcome: event, attempts, code, status, correlationId, durationMs: ms };
}

/**
 * Whether the customer needs the text of a card in its place: Genesys refused the card for good, or it could not be delivered.
 * A conversation that has ended needs none.
 *
 * @param textOnUnknown whether a card that may have arrived gets one, too: the customer may then have both; default false
 */
export function needsText(
  { event, code }: Pick<AuditEntry, 'event' | 'code'>,
  textOnUnknown = false,
): boolean {
  if (code === 'genesys.conversationEnded') return false;
  return event === 'rejected' || event === 'failed' || (event === 'unknown' && textOnUnknown);
}
