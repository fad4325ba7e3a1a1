import type { CardWrites } from '../attempts.ts';
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
  const write = (one: CardWrite) => writes.write(one, untilWritten);
  return {
    begin: async (isMarked) =>
      !claim.isLost && (!isMarked || (await write({ kind: 'sending', claim })) === 'done'),
    putBack: async (attempt, waitMs, pauseAllMs) => {
      await write({ kind: 'again', claim, attempt, waitMs, pauseAllMs, at: wallClock() });
    },
    settle: async (state, attempt) =>
      (await write({ kind: 'settle', claim, state, attempt, at: wallClock() })) === 'done',
    abandon: async (state) => {
      await write({ kind: 'abandon', claim, state });
    },
  };
}
