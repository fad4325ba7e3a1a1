import type { PgBoss } from 'pg-boss';
import type { AuditEntry } from '../../cardEvents.ts';
import type { StoreKeyring } from '../../storeKeys.ts';
import { append } from './auditLog.ts';
import type { CardWrite, WriteOf, WriteResult, Written } from './cardWrite.ts';
import type { Database, Sql } from './database.ts';
import { schema } from './schema.ts';
import { abandonCards, addCards, markSending, notePause, settleCards, tryAgain } from './writeCards.ts';

/** What a group of writes runs on. */
interface CardWritesOptions {
  database: Database;
  boss: PgBoss;
  keys: StoreKeyring;
  /** This instance. */
  instance: string;
}

/**
 * Runs a group of changes in one transaction: cards, their jobs, their audit entries and the notifications to other instances.
 * A group that runs again, because the answer to its commit was lost, writes nothing a second time.
 */
export async function runCardWrites(
  { database, boss, keys, instance }: CardWritesOptions,
  writes: readonly CardWrite[],
): Promise<WriteResult[]> {
  return database.transaction(async (sql) => {
    const written: Written = { results: new Map(), entries: [] };
    const { results, entries } = written;
    const notifications: string[] = [];
    const of = <K extends CardWrite['kind']>(kind: K) =>
      writes.filter((write): write is WriteOf<K> => write.kind === kind);

    const added = of('add');
    if (added.length > 0) await addCards(sql, boss, keys.body, added, written);
    if (added.some((write) => results.get(write) === 'done')) notifications.push(`work ${instance}`);

    const settled = of('settle');
    if (settled.length > 0) await settleCards(sql, boss, settled, written);
    notifications.push(...listOutcomes(settled.filter(({ claim }) => claim.origin !== instance)));

    const again = of('again');
    if (again.length > 0) await tryAgain(sql, boss, again, written);
    if (again.some((write) => write.waitMs === 0)) notifications.push(`work ${instance}`);

    const sending = of('sending');
    if (sending.length > 0) await markSending(sql, sending, written);

    for (const { claim, pauseAllMs } of again) {
      if (pauseAllMs === undefined) continue;
      const { route } = claim.underWay.card;
      await notePause(sql, route, pauseAllMs);
      notifications.push(`pause ${Math.ceil(pauseAllMs)} ${route}`);
    }
    await abandonCards(sql, boss, of('abandon'));
    const notes = of('note');
    if (notes.length > 0) entries.push(...(await keepNewNotes(sql, notes)));
    // Last, because from here to the commit no other instance can write its entries.
    await append(sql, keys, entries, notifications);
    return writes.map((write) => results.get(write) ?? 'done');
  });
}

async function keepNewNotes(sql: Sql, notes: readonly WriteOf<'note'>[]): Promise<AuditEntry[]> {
  const rows = await sql.query(`SELECT entry FROM ${schema}.audit WHERE message_id = ANY($1)`, [
    notes.map(({ entry }) => entry.messageId),
  ]);
  const isWritten = new Set(rows.map((row) => row.entry));
  return notes.map(({ entry }) => entry).filter((entry) => !isWritten.has(JSON.stringify(entry)));
}

/** A notification holds 8,000 bytes at most: each has the outcomes of some forty cards of one instance. */
function listOutcomes(writes: readonly WriteOf<'settle'>[]): string[] {
  const notifications: string[] = [];
  for (const [origin, group] of Map.groupBy(writes, ({ claim }) => claim.origin)) {
    for (let i = 0; i < group.length; i += 40) {
      const ids = group.slice(i, i + 40).map(({ claim }) => claim.underWay.card.messageId);
      notifications.push(`settled ${origin} ${ids.join(' ')}`);
    }
  }
  return notifications;
}
