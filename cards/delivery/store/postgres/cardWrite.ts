import type { AuditEntry } from '../../audit.ts';
import type { FinalEntry } from '../../cardEvents.ts';
import type { CardUnderWay } from '../../cardUnderWay.ts';
import type { FinalState, OutgoingCard } from '../../outbox.ts';
import type { JobClaim } from './jobs.ts';

/** A card that this instance works on. */
export interface Claim {
  readonly job: JobClaim;
  /** The instance that a turn gave the card to: it may be waiting for the outcome. */
  readonly origin: string;
  readonly underWay: CardUnderWay;
  /** True when another instance took the card over, because this one was silent for too long. */
  isLost: boolean;
}

/** A card that is to be stored. */
export interface NewCard {
  readonly card: OutgoingCard;
  readonly jobId: string;
  readonly entry: AuditEntry;
}

/** A change of the store, and the entry that the audit log gets of it. */
export type CardWrite =
  /** All of the cards are stored, or none. */
  | { kind: 'add'; cards: readonly NewCard[]; origin: string }
  /** Marked before it is sent, where repeats are shown. */
  | { kind: 'sending'; claim: Claim }
  | {
      kind: 'again';
      claim: Claim;
      waitMs: number;
      /** How long no card of its route is sent by any instance; undefined when only this one waits. */
      pauseAllMs: number | undefined;
      /** Undefined when nothing was sent. */
      entry: AuditEntry | undefined;
    }
  | { kind: 'settle'; claim: Claim; entry: FinalEntry }
  /** Ends a card without its audit entry, where an error in this program forbids more. */
  | { kind: 'abandon'; claim: Claim; state: FinalState }
  /** Something about a card that was never stored, or beside its way. */
  | { kind: 'note'; entry: AuditEntry };

/**
 * What came of a change. `repeat`: the same cards are stored already. `conflict`: another card has one of their messageIds. `late`: the
 * card was finished, or taken over, by another instance; nothing was changed.
 */
export type WriteResult = 'done' | 'repeat' | 'conflict' | 'late';

/** The changes of one kind. */
export type WriteOf<K extends CardWrite['kind']> = Extract<CardWrite, { kind: K }>;

/** What came of each change of a group, and what of it stands in the audit log. */
export interface Written {
  readonly results: Map<CardWrite, WriteResult>;
  readonly entries: AuditEntry[];
}
