import type { CardRow } from './cardRow.ts';

// SQL of both stores for the sets of cards of an operator; written as in the partial indexes, so that they are used.

/** The tables of a store, for reading: they have the same columns in SQLite and in PostgreSQL. */
export interface Tables {
  /** Prefix of a table's name. */
  readonly prefix: string;
  /** SQL for the present time: wall clock in milliseconds. */
  nowMs(): string;
  /** @param values those of `$1`, `$2` … @throws CodedError `store.unavailable` */
  query(sql: string, values?: readonly (string | number)[]): Promise<CardRow[]>;
}

/** Cards that wait or are on the wire. */
export const isUnderWay = "state IN ('pending', 'sending')";

/** Cards whose delivery has ended without Genesys surely accepting them. */
export const isEnded = "state IN ('rejected', 'unknown', 'failed')";

/** The customer had left before the card came: nobody's fault, and nothing to repair. */
export const hasLeft = "(code IS NOT NULL AND code = 'genesys.conversationEnded')";

/** Dead letters: ended, the customer was there, and no operator has closed them. */
export const isDead = `${isEnded} AND resolved_at IS NULL AND NOT ${hasLeft}`;

/** SQL that counts the dead letters of each error code, the most first. */
export function writeDeadCodesSql(table: string): string {
  return `SELECT code, count(*) AS cards FROM ${table} WHERE ${isDead} GROUP BY code ORDER BY cards DESC, code`;
}

/** A filter of cards; all conditions hold. */
export interface CardFilter {
  readonly message?: string | undefined;
  readonly state?: string | undefined;
  /** Error code of its end. */
  readonly code?: string | undefined;
  /** Address of its template, or its name without the version. */
  readonly template?: string | undefined;
  readonly conversation?: string | undefined;
  /** Its delivery ended at this time or later, or began then if it has not ended: wall clock in milliseconds. */
  readonly since?: number | undefined;
}

/** A template alone has no index: this many of the newest cards are searched for it. */
const searchedCards = 20_000;

/** SQL of the part of a table that is searched for cards of any state, newest first. */
export function writeNewestSql(
  table: string,
  { message, conversation, state, code, template }: CardFilter,
): string {
  const hasIndex = [message, conversation, state, code].some((one) => one !== undefined);
  return template === undefined || hasIndex
    ? table
    : `(SELECT * FROM ${table} ORDER BY seq DESC LIMIT ${searchedCards}) AS newest`;
}

function setsOf(state: string): string[] {
  return [isUnderWay, isEnded].filter((set) => set.includes(`'${state}'`));
}

/**
 * A filter as SQL behind a `WHERE …`, and the values of the statement with it.
 *
 * @param before the values of the statement that come before
 */
export function filterSql(
  { message, state, code, template, conversation, since }: CardFilter,
  before: readonly (string | number)[],
): { sql: string; values: (string | number)[] } {
  const values = [...before];
  const value = (one: string | number) => `$${values.push(one)}`;
  const conditions = [
    ...(message === undefined ? [] : [`message_id = ${value(message)}`]),
    // With the set that a partial index has, so that it is used. Only cards that ended without being accepted have a code.
    ...(state === undefined ? [] : [`state = ${value(state)}`, ...setsOf(state)]),
    ...(code === undefined ? [] : [`code = ${value(code)}`, isEnded]),
    ...(template === undefined
      ? []
      : [`(template_id = ${value(template)} OR template_id LIKE ${value(`${template}-v%`)})`]),
    ...(conversation === undefined ? [] : [`conversation_id = ${value(conversation)}`]),
    ...(since === undefined ? [] : [`coalesce(settled_at, started_at) >= ${value(since)}`]),
  ];
  return { sql: conditions.map((one) => ` AND ${one}`).join(''), values };
}
