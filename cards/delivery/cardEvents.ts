import type { ErrorCode } from '../errors.ts';
import type { Attempt, Delivery, FinalState, OutgoingCard } from './outbox.ts';

/** An event of a card, as the audit log names it. */
export type AuditEvent =
  | 'refused'
  | 'stored'
  | 'attempted'
  | FinalState
  | 'replayed'
  | 'resolved'
  | 'revealed'
  | 'fallback'
  | 'forgotten';

/** The fields of a card in the audit log. */
type AuditedFields =
  | 'messageId'
  | 'conversationId'
  | 'route'
  | 'templateId'
  | 'templateVersion'
  | 'templateHash'
  | 'operationId';

/** One entry of the audit log: ids, sizes, outcomes and times; never a text of a card, a field or a secret. */
export interface AuditEntry extends Pick<OutgoingCard, AuditedFields> {
  /** ISO time, UTC. */
  readonly at: string;
  readonly event: AuditEvent;
  /** UTF-8 size of the sent body, without its envelope; a refused card has none. */
  readonly bytes?: number;
  /** Attempts so far. */
  readonly attempts?: number;
  /** From being stored to this event, in milliseconds. */
  readonly ms?: number;
  readonly status?: number;
  readonly code?: ErrorCode;
  /** JSON path of the value that our checks refused. */
  readonly path?: string;
  /** Why an operator closed a dead letter, in the operator's words. */
  readonly reason?: string;
  /** Genesys' correlation id. */
  readonly correlationId?: string;
}

/** The subject of an entry: a card, or one that our checks refused and that has nothing to send. The log keeps the size of its body. */
export type AuditedCard = Pick<OutgoingCard, AuditedFields> & Partial<OutgoingCard>;

/**
 * Creates an entry of the audit log.
 *
 * @param at wall clock in milliseconds
 */
export function createAuditEntry<E extends AuditEvent>(
  event: E,
  card: AuditedCard,
  at: number,
  more: Omit<Partial<AuditEntry>, 'event'> = {},
): AuditEntry & { readonly event: E } {
  return {
    at: new Date(at).toISOString(),
    event,
    messageId: card.messageId,
    conversationId: card.conversationId,
    route: card.route,
    templateId: card.templateId,
    templateVersion: card.templateVersion,
    templateHash: card.templateHash,
    ...(card.body === undefined ? {} : { bytes: Buffer.byteLength(card.body) }),
    operationId: card.operationId,
    ...more,
  };
}

/** The fields of an attempt's answer that an audit entry keeps. */
export function answerOf({ code, status, correlationId }: Attempt) {
  return {
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}

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

  emit(event: CardEvent): void {
    for (const listener of this.#listeners) {
      try {
        // An async function is a listener for the compiler, too: its rejection must not end the process.
        const ending: unknown = listener(event);
        if (ending instanceof Promise) ending.catch((error: unknown) => this.reportFault(error, event.card));
      } catch (error) {
        this.reportFault(error, event.card);
      }
    }
  }

  reportFault(error: unknown, card?: AuditedCard): void {
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
