import type { CardWrites } from '../../attempts.ts';
import {
  type AuditEntry,
  type AuditEvent,
  answerOf,
  createAuditEntry,
  type FinalEntry,
} from '../../cardEvents.ts';
import type { CardUnderWay } from '../../cardUnderWay.ts';
import type { Attempt, FinalState, OutgoingCard } from '../../outbox.ts';
import type { GroupWrites } from './groupWrites.ts';
import type { JobClaim } from './jobs.ts';

/** A card that this instance works on. */
export interface Claim {
  readonly job: JobClaim;
  /** The instance that stored the card: a turn there may wait for the outcome. */
  readonly origin: string;
  readonly underWay: CardUnderWay;
  /** True when another instance has taken the card over, because this one was silent for too long. */
  isLost: boolean;
}

/** A card to store. */
export interface NewCard {
  readonly card: OutgoingCard;
  readonly jobId: string;
  readonly entry: AuditEntry;
}

/** A change of the store, with its entry for the audit log. */
export type CardWrite =
  /** All of the cards are stored, or none. */
  | { kind: 'add'; cards: readonly NewCard[]; origin: string }
  /** Marks a card before it is sent, where repeats are shown. */
  | { kind: 'sending'; claim: Claim }
  | {
      kind: 'again';
      claim: Claim;
      waitMs: number;
      /** How long no instance sends a card of the route, in milliseconds; undefined when only this card waits. */
      pauseAllMs: number | undefined;
      /** Undefined when nothing was sent. */
      entry: AuditEntry | undefined;
    }
  | { kind: 'settle'; claim: Claim; entry: FinalEntry }
  /** Ends a card without its audit entry, where an error in this program prevents more. */
  | { kind: 'abandon'; claim: Claim; state: FinalState }
  /** Adds an audit entry about a card that was never stored, or that changes no card. */
  | { kind: 'note'; entry: AuditEntry };

/**
 * The result of a change. `repeat`: the same cards are stored already. `conflict`: another card has one of their messageIds.
 * `late`: another instance finished the card, or took it over; nothing was changed.
 */
export type WriteResult = 'done' | 'repeat' | 'conflict' | 'late';

/** The changes of one kind. */
export type WriteOf<K extends CardWrite['kind']> = Extract<CardWrite, { kind: K }>;

/** The results of a group, a missing one is `done`, and its entries for the audit log. */
export interface Written {
  readonly results: Map<CardWrite, WriteResult>;
  readonly entries: AuditEntry[];
}

/** The result of an attempt must be written, however long the database is away. */
const untilWritten = Number.POSITIVE_INFINITY;

/**
 * Returns the writes for the work on a claimed card. A store failure means that the outbox was stopped while the database was away.
 *
 * @param isStored returns whether the store still has a card that is to be sent
 * @param wallClock wall clock in milliseconds, for the audit log
 */
export function claimWrites(
  claim: Claim,
  writes: GroupWrites,
  isStored: (messageId: string) => Promise<boolean>,
  wallClock: () => number,
): CardWrites {
  const { underWay } = claim;
  const entryOf = <E extends AuditEvent>(event: E, attempt: Attempt) => {
    const { attempts, ageMs } = underWay.progress;
    const more = { ...answerOf(attempt), attempts, ms: Math.round(ageMs) };
    return createAuditEntry(event, underWay.card, wallClock(), more);
  };
  const write = (one: CardWrite) => writes.write(one, untilWritten);
  return {
    begin: async (isMarked, hasWaited) => {
      if (claim.isLost) return false;
      if (isMarked) return (await write({ kind: 'sending', claim })) === 'done';
      return !hasWaited || isStored(underWay.card.messageId);
    },
    putBack: async (attempt, waitMs, pauseAllMs) => {
      const entry = attempt.isUntried === true ? undefined : entryOf('attempted', attempt);
      await write({ kind: 'again', claim, waitMs, pauseAllMs, entry });
      return entry;
    },
    settle: async (state, attempt) => {
      const entry = entryOf(state, attempt);
      return (await write({ kind: 'settle', claim, entry })) === 'done' ? entry : undefined;
    },
    abandon: async (state, attempt) => {
      await write({ kind: 'abandon', claim, state });
      return entryOf(state, attempt);
    },
  };
}
