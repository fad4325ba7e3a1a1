import { readErrorFields } from '../log/errorFields.ts';
import type { Log } from '../log/log.ts';
import { createEvery, type Every, keepDoing } from '../process/every.ts';

/** How long records are kept, in days. */
interface Retention {
  /** Finished cards, dead letters and the state of conversations. */
  readonly cardDays: number;
  /** The audit log. */
  readonly auditDays: number;
}

/** Records older than these bounds are deleted; wall clock in milliseconds. */
export interface RetentionBounds {
  readonly cardsBefore: number;
  readonly auditBefore: number;
}

interface RetentionOptions {
  retention: Retention;
  /** Deletes records that are older than their bound; returns their number. */
  prune: (bounds: RetentionBounds) => Promise<{ cards: number; auditEntries: number; states: number }>;
  log: Log;
  /** Default: calls back each hour, by a timer that keeps no process alive. */
  every?: Every;
  /** Wall clock in milliseconds. */
  now?: () => number;
}

/**
 * Deletes expired records, now and once an hour. Returns the function that stops it and waits for a deletion under way.
 *
 * A deletion that fails is logged, and retried in an hour.
 */
export function keepRetention({
  retention: { cardDays, auditDays },
  prune,
  log,
  every: repeat = createEvery(60 * 60 * 1_000),
  now = Date.now,
}: RetentionOptions): () => Promise<void> {
  const run = async (): Promise<void> => {
    try {
      const pruned = await prune({
        cardsBefore: now() - cardDays * day,
        auditBefore: now() - auditDays * day,
      });
      for (const [what, count] of Object.entries(pruned)) {
        if (count > 0) log.info({ event: 'store.pruned', what, count }, 'Expired records deleted');
      }
    } catch (error) {
      log.warn(
        { event: 'store.pruneFailed', ...readErrorFields(error) },
        'Expired records could not be deleted; the bot retries in an hour',
      );
    }
  };
  return keepDoing(run, repeat);
}

const day = 24 * 60 * 60 * 1_000;
