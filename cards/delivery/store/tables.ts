import type { CardRow } from '../cardRow.ts';

/** The tables of a store, to be read: they have the same columns in SQLite and in PostgreSQL. */
export interface Tables {
  /** What stands before the name of a table. */
  readonly prefix: string;
  /** SQL for the present time: wall clock in milliseconds. */
  nowMs(): string;
  /** @param values those of `$1`, `$2` … @throws CodedError `store.unavailable` */
  query(sql: string, values?: readonly (string | number)[]): Promise<CardRow[]>;
}
