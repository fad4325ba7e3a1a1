import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AuditEntry } from '../../audit.ts';
import {
  beginOf,
  type ChartSpan,
  chartSpans,
  countFigures,
  createSampleFigures,
  keptSteps,
} from '../../figures.ts';

/** The figures of the operator's charts in SQLite: sums and samples by step, so that a chart reads no cards. */
export class SqliteFigures {
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
