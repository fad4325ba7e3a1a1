import type { CardWrites } from '../../attempts.ts';
import type { CardUnderWay } from '../../cardUnderWay.ts';
import type { CardStore } from './cardStore.ts';

/** What the work on a card writes. No other process has the card: the store belongs to one. */
export function createCardWrites(store: CardStore, underWay: CardUnderWay): CardWrites {
  const { card } = underWay;
  let hasMark = false;
  return {
    begin: async (isMarked) => {
      // Its conversation was forgotten while it waited.
      if (!store.has(card.messageId)) return false;
      if (isMarked) await store.mark(underWay.current, 'sending');
      hasMark = isMarked;
      return true;
    },
    putBack: async (attempt, waitMs, pauseAllMs) => {
      if (attempt.isUntried !== true) return store.noteAttempt(underWay, attempt, waitMs, pauseAllMs);
      if (hasMark) await store.mark(underWay.current, 'pending');
      return undefined;
    },
    settle: (state, attempt) => store.settle(card, state, underWay.progress.attempts, attempt),
    abandon: (state, attempt) => store.abandon(card, state, underWay.progress.attempts, attempt),
  };
}
