import type { DatabaseSync } from 'node:sqlite';
import { type PruneBounds, type Pruned, removeInBatches } from '../store.ts';
import type { AuditLog } from './auditLog.ts';
import { SqliteFigures } from './figures.ts';
import type { GroupCommit } from './groupCommit.ts';

/** Cards of one transaction: a running bot never waits long for its turn to write. */
const batch = 500;

/** What holds the cards and their audit log. */
interface PrunedStore {
  readonly db: DatabaseSync;
  readonly commits: GroupCommit;
  readonly audit: AuditLog;
}

/**
 * Deletes old cards and audit entries from a store in SQLite, a batch in each transaction, and figures that no chart shows.
 *
 * @param now wall clock in milliseconds
 */
export async function pruneStore(
  { db, commits, audit }: PrunedStore,
  { cardsBefore, auditBefore, hasAnalytics }: PruneBounds,
  now: number,
): Promise<Pruned> {
  const removeCards = db.prepare(
    'DELETE FROM cards WHERE seq IN (SELECT seq FROM cards WHERE settled_at IS NOT NULL AND settled_at < ? LIMIT ?)',
  );
  const cards = await removeInBatches(() =>
    commits.run(() => Number(removeCards.run(cardsBefore, batch).changes)),
  );
  const auditEntries = await removeInBatches(() => audit.prunePage(auditBefore, hasAnalytics));
  await commits.run(() => new SqliteFigures(db).prune(now));
  return { cards, auditEntries };
}
