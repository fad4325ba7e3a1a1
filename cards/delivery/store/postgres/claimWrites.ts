import type { CardWrites } from '../../attempts.ts';
import { type AuditEvent, answerOf, auditEntry } from '../../audit.ts';
import type { Attempt } from '../../outbox.ts';
import type { CardWrite, Claim, WriteResult } from './cardWrite.ts';
import type { GroupWrites } from './groupWrites.ts';

/** What came of a card must be written, however long the database is away. */
const untilWritten = Number.POSITIVE_INFINITY;

/**
 * What the work on a claimed card writes. A store failure means that the outbox was stopped while the database was away.
 *
 * @param wallClock wall clock in milliseconds, for the audit log
 */
export function claimWrites(
  claim: Claim,
  writes: GroupWrites<CardWrite, WriteResult>,
  wallClock: () => number,
): CardWrites {
  const { underWay } = claim;
  const entryOf = <E extends AuditEvent>(event: E, attempt: Attempt) => {
    const { attempts, ageMs } = underWay.progress;
    const more = { ...answerOf(attempt), attempts, ms: Math.round(ageMs) };
    return auditEntry(event, underWay.card, wallClock(), more);
  };
  const write = (one: CardWrite) => writes.write(one, untilWritten);
  return {
    begin: async (isMarked) =>
      !claim.isLost && (!isMarked || (await write({ kind: 'sending', claim })) === 'done'),
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
