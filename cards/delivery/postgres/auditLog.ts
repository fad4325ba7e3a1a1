import type { AnalyticsSource } from '../analytics.ts';
import {
  type AuditEntry,
  type AuditRow,
  type AuditVerdict,
  type ChainPlace,
  followChain,
  toAuditRow,
} from '../audit.ts';
import type { StoreKeys } from '../storeKeys.ts';
import type { Database, Sql } from './database.ts';
import { channel } from './jobs.ts';
import { schema } from './schema.ts';
import type { Session } from './session.ts';

/**
 * Appends entries to the audit log and tells the other instances, at the end of a transaction: from here to its commit this
 * instance has the head of the chain for itself.
 *
 * One chain for all instances, whose head is one row: each commit takes it once for all of its entries, and the hashes are
 * made by the database, so that it is held for one statement and the commit.
 */
export async function append(
  sql: Sql,
  entries: readonly AuditEntry[],
  told: readonly string[],
): Promise<void> {
  const words = [...new Set(told)];
  const tell = 'SELECT count(pg_notify($1, word)) FROM unnest($2::text[]) AS word';
  if (entries.length > 0) {
    await sql.query(`SELECT (${tell}), ${schema}.append_audit($3, $4, $5, $6)`, [
      channel,
      words,
      entries.map((entry) => Date.parse(entry.at)),
      entries.map((entry) => entry.messageId),
      entries.map((entry) => entry.event),
      entries.map((entry) => JSON.stringify(entry)),
    ]);
  } else if (words.length > 0) {
    await sql.query(tell, [channel, words]);
  }
}

/** The audit log in PostgreSQL, to be read. */
export class PostgresAuditLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Entries with a number above `seq`, oldest first. */
  after(seq: number, count: number): Promise<AuditRow[]> {
    return entriesAfter(this.#database, seq, count);
  }

  /** The entries of one card, oldest first. */
  async of(messageId: string): Promise<AuditRow[]> {
    const rows = await this.#database.query(
      `SELECT seq, entry, hash, seal FROM ${schema}.audit WHERE message_id = $1 ORDER BY seq LIMIT 1000`,
      [messageId],
    );
    return rows.map(toAuditRow);
  }

  /** Recomputes the chain from its start; finds a changed, missing, inserted or reordered entry, and a cut-off end. */
  verify(seals: StoreKeys): Promise<AuditVerdict> {
    return this.#database.transaction(async (sql) => {
      // One view of the log, though the bots write and prune meanwhile.
      await sql.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      return verifyChain(sql, seals);
    });
  }
}

async function verifyChain(sql: Sql, seals: StoreKeys): Promise<AuditVerdict> {
  const head = await readHead(sql);
  let place: ChainPlace = { seq: head.start, hash: head.startHash };
  let entries = 0;
  while (place.seq < head.seq) {
    const page = (await entriesAfter(sql, place.seq, 1_000)).filter((row) => row.seq <= head.seq);
    if (page.length === 0)
      return { ok: false, seq: place.seq + 1, problem: 'entries at the end are missing' };
    const next = followChain(place, page, seals);
    if ('ok' in next) return next;
    place = next;
    entries += page.length;
  }
  if (place.hash !== head.hash)
    return { ok: false, seq: place.seq, problem: 'the end of the log is not the one that was written last' };
  return { ok: true, entries };
}

async function readHead(sql: Sql) {
  const [row] = await sql.query(`SELECT * FROM ${schema}.audit_head`);
  return {
    seq: Number(row?.seq),
    hash: String(row?.hash),
    start: Number(row?.start_seq),
    startHash: String(row?.start_hash),
  };
}

async function entriesAfter(sql: Sql, seq: number, count: number): Promise<AuditRow[]> {
  const rows = await sql.query(
    `SELECT seq, entry, hash, seal FROM ${schema}.audit WHERE seq > $1 ORDER BY seq LIMIT $2`,
    [seq, count],
  );
  return rows.map(toAuditRow);
}

/** Waits until this transaction alone may add entries: to its end it has the head of the chain for itself. */
export async function lockHead(sql: Sql): Promise<void> {
  await sql.query(`SELECT 1 FROM ${schema}.audit_head FOR UPDATE`);
}

/** Rows of one query, so that none takes long. */
const searched = 100_000;

/**
 * The entries above `after` that hold one of some texts, oldest first; `last` is the number up to which they were read, the
 * next search goes on there.
 */
export async function entriesNaming(
  sql: Sql,
  texts: readonly string[],
  after = 0,
): Promise<{ rows: AuditRow[]; last: number }> {
  const rows: AuditRow[] = [];
  const [head] = await sql.query(`SELECT seq, start_seq FROM ${schema}.audit_head`);
  const last = Number(head?.seq);
  for (let from = Math.max(after, Number(head?.start_seq)); from < last; from += searched) {
    const found = await sql.query(
      `SELECT seq, entry, hash, seal FROM ${schema}.audit WHERE seq > $1 AND seq <= $2
         AND EXISTS (SELECT 1 FROM unnest($3::text[]) AS words WHERE strpos(entry, words) > 0) ORDER BY seq`,
      [from, Math.min(from + searched, last), texts],
    );
    rows.push(...found.map(toAuditRow));
  }
  return { rows, last };
}

/** The audit log as the analytics webhook reads it: of all instances, the one that has the lock. */
export class PostgresAnalyticsSource implements AnalyticsSource {
  readonly #database: Database;
  readonly #session: Session;
  readonly #audit: PostgresAuditLog;

  constructor(database: Database, session: Session) {
    this.#database = database;
    this.#session = session;
    this.#audit = new PostgresAuditLog(database);
  }

  async after(seq: number, count: number): Promise<AuditRow[]> {
    return (await this.#session.lock('genesys_cards.analytics')) === true
      ? this.#audit.after(seq, count)
      : [];
  }

  cursor(): Promise<number> {
    return readCursor(this.#database);
  }

  async saveCursor(seq: number): Promise<void> {
    await this.#database.query(
      `INSERT INTO ${schema}.meta VALUES ('analytics.cursor', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [String(seq)],
    );
  }
}

/** Up to which entry the analytics webhook has taken them. */
export async function readCursor(sql: Sql): Promise<number> {
  const [row] = await sql.query(`SELECT value FROM ${schema}.meta WHERE key = 'analytics.cursor'`);
  return Number(row?.value ?? 0);
}
