import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AnalyticsSource } from '../../analytics.ts';
import {
  type AuditRow,
  type AuditVerdict,
  ChainCheck,
  type ChainPlace,
  chainStart,
  createForgottenEntries,
  hashChain,
  nameIn,
  renameRows,
  toAuditRow,
} from '../../audit.ts';
import type { AuditEntry } from '../../cardEvents.ts';
import {
  beginOf,
  type ChartSpan,
  chartSpans,
  countFigures,
  createSampleFigures,
  keptSteps,
} from '../../figures.ts';
import type { StoreKeyring } from '../../storeKeys.ts';
import { readMeta, writeMeta } from './database.ts';
import type { GroupCommit } from './groupCommit.ts';
import { readStore } from './storeFailure.ts';

/** The append-only audit log in SQLite: numbered without gaps, each entry chained to the one before by its hash. */
export class AuditLog implements AnalyticsSource {
  readonly figures: SqliteFigures;
  readonly #db: DatabaseSync;
  readonly #commits: GroupCommit;
  readonly #insert: StatementSync;
  readonly #last: StatementSync;
  readonly #after: StatementSync;
  readonly #keys: StoreKeyring;
  /** The last entry's hash and the new entries, as long as the transaction runs in which they were read and appended. */
  #open: { transaction: number; hash: string; entries: AuditEntry[] } = {
    transaction: -1,
    hash: '',
    entries: [],
  };

  constructor(db: DatabaseSync, commits: GroupCommit, keys: StoreKeyring) {
    this.#db = db;
    this.#commits = commits;
    this.figures = new SqliteFigures(db);
    this.#keys = keys;
    this.#insert = db.prepare('INSERT INTO audit (at, message_id, entry, hash) VALUES (?, ?, ?, ?)');
    this.#last = db.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
    this.#after = db.prepare('SELECT seq, entry, hash, seal FROM audit WHERE seq > ? ORDER BY seq LIMIT ?');
    commits.endEachWith(() => this.#countEntries());
  }

  /** Appends an entry and returns it; must be called inside a transaction, which keeps other writers from forking the chain. */
  append(entry: AuditEntry): AuditEntry {
    const json = JSON.stringify(entry);
    const { transaction } = this.#commits;
    // Read in each transaction: the operator's command line appends to a running bot's log, too.
    if (this.#open.transaction !== transaction) {
      this.#open = { transaction, hash: this.head().hash, entries: [] };
    }
    const hash = hashChain(this.#open.hash, json, this.#keys.chain);
    this.#insert.run(Date.parse(entry.at), entry.messageId, json, hash);
    this.#open.hash = hash;
    this.#open.entries.push(entry);
    return entry;
  }

  /** Adds the entries of a transaction to the figures at once: most of them add to the same few rows. */
  #countEntries(): void {
    if (this.#open.transaction === this.#commits.transaction) this.figures.count(this.#open.entries);
  }

  /** The entries above `seq`, oldest first. @throws CodedError `store.*` */
  after(seq: number, count: number): AuditRow[] {
    return readStore(() => this.#after.all(seq, count)).map(toAuditRow);
  }

  /** The entries above `after` that name one of the conversations, oldest first. */
  naming(conversationIds: readonly string[], after: number): AuditRow[] {
    return this.#db
      .prepare(
        'SELECT seq, entry, hash, seal FROM audit WHERE seq > ? AND EXISTS (SELECT 1 FROM json_each(?) WHERE instr(entry, value) > 0) ORDER BY seq',
      )
      .all(after, JSON.stringify(conversationIds.map(nameIn)))
      .map(toAuditRow);
  }

  /**
   * Puts a handle in place of the conversation of these entries, seals them, and notes for each card that it was forgotten;
   * must be called inside a transaction.
   */
  rename(rows: readonly AuditRow[], now: number): void {
    const update = this.#db.prepare('UPDATE audit SET entry = ?, seal = ? WHERE seq = ?');
    const renamed = renameRows(rows, this.#keys.seal);
    for (const { seq, entry, seal } of renamed) update.run(entry, seal, seq);
    for (const entry of createForgottenEntries(renamed, now)) this.append(entry);
  }

  cursor(): number {
    return Number(readStore(() => readMeta(this.#db, 'analytics.cursor')) ?? 0);
  }

  saveCursor(seq: number): Promise<void> {
    return this.#commits.run(() => writeMeta(this.#db, 'analytics.cursor', String(seq)));
  }

  /** Recomputes the chain; see `ChainCheck`. */
  verify(noted?: ChainPlace): AuditVerdict {
    // One view of the log, though another process writes meanwhile.
    this.#db.exec('BEGIN');
    try {
      // AUTOINCREMENT remembers the highest number ever assigned: a cut-off end shows there.
      const row = this.#db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").get();
      const last = { seq: Math.max(this.head().seq, Number(row?.seq ?? 0)) };
      const check = new ChainCheck({ start: this.#start(), last, noted }, this.#keys);
      for (;;) {
        if (check.verdict !== undefined) return check.verdict;
        check.take(this.after(check.seq, 1_000));
      }
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  /** The place of the newest entry. */
  head(): ChainPlace {
    const row = this.#last.get();
    return row === undefined ? this.#start() : { seq: Number(row.seq), hash: String(row.hash) };
  }

  /**
   * Deletes the oldest entries, at most 10,000, of those that are older than `before` (wall clock in milliseconds) and were
   * sent to analytics; the chain continues from there. Returns their number.
   */
  prunePage(before: number, hasAnalytics: boolean): Promise<number> {
    return this.#commits.run(() => {
      const page = this.#start().seq + 10_000;
      const last = this.#db
        .prepare('SELECT seq, hash FROM audit WHERE at < ? AND seq <= ? ORDER BY seq DESC LIMIT 1')
        .get(before, hasAnalytics ? Math.min(page, this.cursor()) : page);
      if (last === undefined) return 0;
      writeMeta(this.#db, 'audit.start', JSON.stringify({ seq: Number(last.seq), hash: String(last.hash) }));
      return Number(this.#db.prepare('DELETE FROM audit WHERE seq <= ?').run(Number(last.seq)).changes);
    });
  }

  /** The place before the first entry that is left. */
  #start(): ChainPlace {
    const stored = readMeta(this.#db, 'audit.start');
    return stored === undefined ? chainStart : JSON.parse(stored);
  }
}

/** The figures of the operator's charts in SQLite: sums and samples by step, so that a chart reads no cards. */
class SqliteFigures {
  readonly #db: DatabaseSync;
  readonly #add: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#add = db.prepare(
      'INSERT INTO figures VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value',
    );
  }

  /** Counts entries of the audit log; must be called in their transaction. */
  count(entries: readonly AuditEntry[]): void {
    for (const { step, at, name, bucket, value } of countFigures(entries))
      this.#add.run(step, at, name, bucket, value);
  }

  /** Notes a sample; must be called inside a transaction. */
  sample(now: number, values: Readonly<Record<string, number>>): void {
    const note = this.#db.prepare(
      'INSERT INTO figures VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)',
    );
    for (const { step, at, name, bucket, value } of createSampleFigures(now, values))
      note.run(step, at, name, bucket, value);
  }

  /** The figures of a chart that ends now. */
  read(span: ChartSpan, now: number) {
    return this.#db
      .prepare('SELECT at, name, bucket, value FROM figures WHERE step = ? AND at >= ?')
      .all(chartSpans[span].stepMs, beginOf(span, now))
      .map(({ at, name, bucket, value }) => ({
        at: Number(at),
        name: String(name),
        bucket: Number(bucket),
        value: Number(value),
      }));
  }

  /** Deletes figures that no chart shows any more; must be called inside a transaction. */
  prune(now: number): void {
    const remove = this.#db.prepare('DELETE FROM figures WHERE step = ? AND at < ?');
    for (const { stepMs } of Object.values(chartSpans)) remove.run(stepMs, now - keptSteps * stepMs);
  }
}
