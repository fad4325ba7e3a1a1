import type { PgBoss } from 'pg-boss';
import type { AuditEntry, FinalEntry } from '../../cardEvents.ts';
import type { FinalState, OutgoingCard } from '../../outbox.ts';
import type { StoreKeyring } from '../../storeKeys.ts';
import { append } from './auditLog.ts';
import type { Claim } from './claimLoop.ts';
import type { Database, Sql } from './database.ts';
import { schema } from './schema.ts';
import { abandonCards, addCards, markSending, notePause, settleCards, tryAgain } from './writeCards.ts';

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

/** The parts that a group of writes needs. */
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
