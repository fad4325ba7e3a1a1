import type { AnalyticsSource } from '../../analytics.ts';
import {
  type AuditRow,
  type AuditVerdict,
  ChainCheck,
  type ChainPlace,
  checkChainKey,
  hashChain,
  toAuditRow,
} from '../../audit.ts';
import type { AuditEntry } from '../../cardEvents.ts';
import type { StoreKeyring } from '../../storeKeys.ts';
import type { Database, Row, Sql } from './database.ts';
import { countsIn } from './figures.ts';
import { readCursor, saveCursor } from './meta.ts';
import { schema } from './schema.ts';
import type { Session } from './session.ts';

/**
 * Appends entries to the audit log, counts them in the figures of the charts, and notifies the other instances. Call it at the
 * end of a transaction: from here to the commit this instance has the head of the chain for itself.
 *
 * All instances write one chain, and its head is one row: each commit locks it once for all of its entries.
 */
export async function append(
  sql: Sql,
  { chain }: StoreKeyring,
  entries: readonly AuditEntry[],
  notifications: readonly string[],
): Promise<void> {
  const notify = 'SELECT count(pg_notify($1, payload)) FROM unnest($2::text[]) AS payload';
  const payloads = [...new Set(notifications)];
  if (entries.length === 0) {
    if (payloads.length > 0) await sql.query(notify, [sql.schema, payloads]);
    return;
  }
  let { seq, hash } = await lockHead(sql);
  const rows = entries.map((entry) => {
    const json = JSON.stringify(entry);
    seq += 1;
    hash = hashChain(hash, json, chain);
    return {
      seq,
      at: Date.parse(entry.at),
      message_id: entry.messageId,
      event: entry.event,
      entry: json,
      hash,
    };
  });
  const counts = countsIn(entries, '$6');
  await sql.query(
    `WITH moved AS (UPDATE ${schema}.audit_head SET seq = $4, hash = $5),
       added AS (INSERT INTO ${schema}.audit (seq, at, message_id, event, entry, hash)
         SELECT seq, at, message_id, event, entry, hash FROM json_to_recordset($3)
           AS new (seq bigint, at bigint, message_id text, event text, entry text, hash text)),
       counted AS (${counts.sql})
     ${notify}`,
    [sql.schema, payloads, JSON.stringify(rows), seq, hash, counts.value],
  );
}

/**
 * Appends entries of an operator; see `append`.
 *
 * @throws CodedError `config.invalid` without the secret that signed the audit log
 */
export async function appendByOperator(
  sql: Sql,
  keys: StoreKeyring,
  entries: readonly AuditEntry[],
  notifications: readonly string[],
): Promise<void> {
  checkChainKey((await lockHead(sql)).hash, keys);
  await append(sql, keys, entries, notifications);
}

/** Waits until this transaction alone may append entries, and returns the place of the newest entry. */
export async function lockHead(sql: Sql): Promise<ChainPlace> {
  return toPlace(await sql.query(`SELECT seq, hash FROM ${schema}.audit_head FOR UPDATE`));
}

/** Returns the place of the newest entry. */
export async function readHead(sql: Sql): Promise<ChainPlace> {
  return toPlace(await sql.query(`SELECT seq, hash FROM ${schema}.audit_head`));
}

function toPlace([row]: readonly Row[]): ChainPlace {
  return { seq: Number(row?.seq), hash: String(row?.hash) };
}

/** Recomputes the chain of the audit log; see `ChainCheck`. */
export function verifyAudit(
  database: Database,
  keys: StoreKeyring,
  noted?: ChainPlace,
): Promise<AuditVerdict> {
  return database.transaction(async (sql) => {
    // One view of the log, while the bots write and prune.
    await sql.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const [head] = await sql.query(
      `SELECT *, (SELECT max(seq) FROM ${schema}.audit) AS newest FROM ${schema}.audit_head`,
    );
    const start = { seq: Number(head?.start_seq), hash: String(head?.start_hash) };
    // Rows behind the end are checked, too: no bot wrote them.
    const last = { seq: Math.max(Number(head?.seq), Number(head?.newest)), hash: String(head?.hash) };
    const check = new ChainCheck({ start, last, noted }, keys);
    for (;;) {
      if (check.verdict !== undefined) return check.verdict;
      check.take(await readEntriesAfter(sql, check.seq, 1_000));
    }
  });
}

async function readEntriesAfter(sql: Sql, seq: number, count: number): Promise<AuditRow[]> {
  const rows = await sql.query(
    `SELECT seq, entry, hash, seal FROM ${schema}.audit WHERE seq > $1 ORDER BY seq LIMIT $2`,
    [seq, count],
  );
  return rows.map(toAuditRow);
}

/** Rows that one query searches, so that none takes long. */
const searched = 100_000;

/** Returns the entries above `after` that hold one of the texts, oldest first, and the number of the last entry that was searched. */
export async function readEntriesNaming(
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
         AND EXISTS (SELECT 1 FROM unnest($3::text[]) AS one WHERE strpos(entry, one) > 0) ORDER BY seq`,
      [from, Math.min(from + searched, last), texts],
    );
    rows.push(...found.map(toAuditRow));
  }
  return { rows, last };
}

/** Returns the audit log for the analytics webhook: one instance at a time reads it, the one that has the lock. */
export function createAnalyticsSource(database: Database, session: Session): AnalyticsSource {
  return {
    after: async (seq, count) =>
      (await session.lock('analytics')) === true ? readEntriesAfter(database, seq, count) : [],
    cursor: () => readCursor(database),
    saveCursor: (seq) => saveCursor(database, seq),
  };
}
