import type { ErrorCode } from '../errors.ts';
import type { AuditEntry, AuditEvent, AuditedCard, CardEvent } from './cardEvents.ts';

/** The end of a card's delivery, until an operator replays it. */
export type FinalState = 'accepted' | 'rejected' | 'unknown' | 'failed';

/** The state of a card. `pending` and `sending` are under way, the others are final until an operator replays. */
export type CardState = 'pending' | 'sending' | FinalState;

/** A final state of a delivery, or `pending` while delivery continues in the background. */
export type Outcome = FinalState | 'pending';

/** A card to be sent: everything that an attempt after a restart needs. */
export interface OutgoingCard {
  /** Stays the same through every attempt, restart and replay. */
  readonly messageId: string;
  readonly conversationId: string;
  /** Name of its route, such as `guest`. */
  readonly route: string;
  /** The text that the route sends: for `guest` the card's JSON. */
  readonly body: string;
  /** The plain text in place of the card when it cannot be delivered. */
  readonly text: string;
  readonly templateId: string;
  readonly templateVersion: string;
  readonly templateHash: string;
  /** Ties the card to its turn in telemetry. */
  readonly operationId: string;
  /** JSON of the Bot Framework conversation reference, for a fallback text after the turn; empty when there is none. */
  readonly reference: string;
  /**
   * The request with its conversation, as text, where the body cannot identify a repeat: a relative date makes another body of the
   * same request. Default: the body. Not stored.
   */
  readonly request?: string;
}

/**
 * The part of a Bot Framework conversation reference (JSON) that an accepted card keeps: the id by which the card is found
 * when that conversation is to be forgotten. Empty when there is none.
 */
export function idOfReference(reference: string): string {
  if (reference === '') return '';
  const { conversation } = JSON.parse(reference);
  return typeof conversation?.id === 'string'
    ? JSON.stringify({ conversation: { id: conversation.id } })
    : '';
}

/** The delivery of a card, as far as it is known. */
export interface Delivery {
  readonly messageId: string;
  readonly outcome: Outcome;
  /** Attempts made so far. */
  readonly attempts: number;
  /** Why it was not accepted. */
  readonly code?: ErrorCode | undefined;
  /** Last HTTP status. */
  readonly status?: number | undefined;
  /** Genesys' correlation id of the last answer, for a support case. */
  readonly correlationId?: string | undefined;
  /** From being stored to the outcome, in milliseconds. */
  readonly durationMs?: number | undefined;
}

/** Stores cards, and sends the cards of one conversation one after the other. */
export interface Outbox {
  /** Begins to send, also cards that a former process left. */
  start(): Promise<void>;
  /**
   * Stores cards, all or none; when this resolves they survive a kill. A repeat of a card is treated as the first one.
   *
   * @throws CodedError `store.full` over the bound, `store.conflict` for another card with the same messageId,
   * `store.unavailable` when it cannot be stored.
   */
  submit(...cards: readonly OutgoingCard[]): Promise<void>;
  /** Adds an entry to the audit log about a card that was never stored, or beside its delivery. */
  note(event: AuditEvent, card: AuditedCard, more?: Partial<AuditEntry>): Promise<void>;
  /** Waits for the outcome of a card, at most `waitMs` milliseconds; then it is `pending`. */
  outcomeOf(messageId: string, waitMs: number): Promise<Delivery>;
  /** The delivery of a card now; undefined when the store has no such card. @throws CodedError `store.unavailable` */
  find(messageId: string): Promise<Delivery | undefined>;
  /** Lets cards that are being sent finish, for at most `graceMs` milliseconds; the others wait for the next start. */
  stop(graceMs?: number): Promise<void>;
}

/** The result of one attempt of a route. */
export interface Attempt {
  readonly result: 'accepted' | 'rejected' | 'retry' | 'unknown';
  readonly code?: ErrorCode;
  readonly status?: number;
  /** Why there was no answer, such as `ECONNREFUSED`; undefined with a `status`, and when it is not known. */
  readonly errno?: string | undefined;
  readonly correlationId?: string;
  /** How long it took, in milliseconds; the outbox measures it. Undefined when this process sent nothing. */
  readonly durationMs?: number;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The card fails after this many attempts in a row with this code; default: only the retry policy counts. */
  readonly mostInARow?: number;
  /** True when every card of the route has to wait, not only this one. */
  readonly pauseAll?: boolean;
  /** True when it probed whether Genesys is back: in an outage no card is to blame, so it uses up none of the card's attempts. */
  readonly isProbe?: boolean;
  /** True when nothing was sent at all: such an attempt is neither counted nor audited. */
  readonly isUntried?: boolean;
}

/** A way to the customer: one attempt to send one card. Never throws. */
export interface CardRoute {
  readonly name: string;
  /** True when the receiver shows a messageId once, however often it arrives: then a doubtful attempt is repeated. */
  readonly dropsRepeats: boolean;
  /** Waits for a place in the rate limit, as long as it is wanted (default: until there is one); called before each attempt, with its card. */
  acquireSlot?(isWanted?: () => boolean, card?: OutgoingCard): Promise<void>;
  send(card: OutgoingCard): Promise<Attempt>;
  /**
   * Creates the message in place of a card that the customer did not get; undefined when there is none. Default: the text is
   * sent to the Bot Framework conversation of the card.
   */
  textInstead?(event: CardEvent): OutgoingCard | undefined;
}

/**
 * Returns a route with some members replaced. Every other member is the route's own, also one that is added later, and also
 * the methods of a class, which `{ ...route }` would lose.
 */
export function wrapRoute(route: CardRoute, members: Partial<CardRoute>): CardRoute {
  return new Proxy(route, {
    get: (target, name) => {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name);
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

/** Waits for the outcomes of cards. */
export class OutcomeWaiters {
  readonly #waiting = new Map<string, Set<(delivery?: Delivery) => void>>();

  /** The cards with a wait. */
  get messageIds(): string[] {
    return [...this.#waiting.keys()];
  }

  /** Waits for the outcome of a card, at most `waitMs` milliseconds; then, or when all waits end, resolves to the last known delivery. */
  wait(known: Delivery, waitMs: number): Promise<Delivery> {
    const { messageId } = known;
    const waiters = this.#waiting.get(messageId) ?? new Set();
    this.#waiting.set(messageId, waiters);
    return new Promise((resolve) => {
      let last = known;
      const end = () => {
        clearTimeout(limit);
        waiters.delete(hear);
        if (waiters.size === 0) this.#waiting.delete(messageId);
        resolve(last);
      };
      const hear = (delivery?: Delivery) => {
        last = delivery ?? last;
        if (delivery?.outcome !== 'pending') end();
      };
      const limit = setTimeout(end, waitMs);
      waiters.add(hear);
    });
  }

  /** Passes a delivery to the waits for its card. */
  notify(delivery: Delivery): void {
    for (const hear of [...(this.#waiting.get(delivery.messageId) ?? [])]) hear(delivery);
  }

  /** Ends every wait. */
  end(): void {
    for (const waiters of [...this.#waiting.values()]) for (const hear of [...waiters]) hear();
  }
}
