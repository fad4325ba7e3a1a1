import { readErrorFields } from '../log/errorFields.ts';
import type { Log } from '../log/log.ts';
import { createEvery, type Every, keepDoing } from '../process/every.ts';

/** How long things are kept, in days. */
export interface Retention {
  /** Finished cards, dead letters and the state of conversations. */
  readonly cardDays: number;
  /** The audit log. */
  readonly auditDays: number;
}

/** What is deleted: bounds are wall clock in milliseconds. */
export interface RetentionBounds {
  readonly cardsBefore: number;
  readonly auditBefore: number;
}

export interface RetentionOptions {
  retention: Retention;
  /** Deletes what is older than its bound; gives how much it was. */
  prune: (bounds: RetentionBounds) => Promise<{ cards: number; auditEntries: number; states: number }>;
  log: Log;
  /** Calls back again and again; default: a timer of an hour that keeps no process alive. */
  every?: Every;
  /** Wall clock in milliseconds. */
  now?: () => number;
}

/**
 * Deletes what is too old, now and once an hour. Gives the way to stop it, which waits for what is being deleted.
 *
 * What an instance cannot delete, because the store is away or another instance did, the next hour finds.
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
