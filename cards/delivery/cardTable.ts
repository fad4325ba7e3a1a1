import { type ErrorCode, errorCodes } from '../errors.ts';
import type { CardState, Delivery, OutgoingCard } from './outbox.ts';

/** A row of a `cards` table: SQLite and PostgreSQL have the same columns. */
export type CardRow = Record<string, unknown>;

/** The states of a dead letter: a card whose delivery has ended without Genesys surely accepting it. */
export const deadStates = ['rejected', 'unknown', 'failed'] as const satisfies readonly CardState[];

/** `rejected`, `unknown` or `failed`. */
export type DeadState = (typeof deadStates)[number];

/** A card as the store knows it. */
export interface StoredCard extends OutgoingCard {
  readonly state: CardState;
  readonly attempts: number;
  /** Wall clock in milliseconds. */
  readonly storedAt: number;
  /** When it was stored or last replayed: wall clock in milliseconds. */
  readonly startedAt: number;
  readonly tally: Tally;
}

/** The state of a card after its attempts, for the next process that works on it. */
export interface Tally {
  /** Attempts that used up one of the card's own; see `isCounted`. */
  readonly counted: number;
  /** True when one of them may have arrived. */
  readonly isDoubtful: boolean;
  /** Code of the last one, and how many in a row ended with it. */
  readonly lastCode: ErrorCode | undefined;
  readonly inARow: number;
}

/** The tally of a card without an attempt. */
export const noAttempts: Tally = { counted: 0, isDoubtful: false, lastCode: undefined, inARow: 0 };

/** A card as an operator sees it; times are wall clock in milliseconds. */
export interface CardRecord extends Omit<StoredCard, 'body' | 'text' | 'reference' | 'request' | 'tally'> {
  /** How often an operator replayed it. */
  readonly replays: number;
  /** UTF-8 size of its body. */
  readonly bytes: number;
  readonly settledAt: number | null;
  /** When an operator closed this dead letter. */
  readonly resolvedAt: number | null;
  readonly code: ErrorCode | null;
  readonly status: number | null;
  readonly correlationId: string | null;
}

function toCommonFields(row: CardRow) {
  return {
    messageId: String(row.message_id),
    conversationId: String(row.conversation_id),
    route: String(row.route),
    state: toState(row.state),
    attempts: Number(row.attempts),
    templateId: String(row.template_id),
    templateVersion: String(row.template_version),
    templateHash: String(row.template_hash),
    operationId: String(row.operation_id),
    storedAt: Number(row.stored_at),
    startedAt: Number(row.started_at),
  };
}

/** Reads the card of a row, for sending. */
export function toCard(row: CardRow): StoredCard {
  return {
    ...toCommonFields(row),
    body: String(row.body ?? ''),
    text: String(row.text ?? ''),
    reference: String(row.reference ?? ''),
    tally: {
      counted: Number(row.counted),
      isDoubtful: Boolean(row.is_doubtful),
      lastCode: toCode(row.last_code) ?? undefined,
      inARow: Number(row.in_a_row),
    },
  };
}

/** Reads a row for an operator. */
export function toRecord(row: CardRow): CardRecord {
  return {
    ...toCommonFields(row),
    replays: Number(row.replays),
    bytes: Number(row.bytes),
    settledAt: toNumber(row.settled_at),
    resolvedAt: toNumber(row.resolved_at),
    code: toCode(row.code),
    status: toNumber(row.status),
    correlationId: toText(row.correlation_id),
  };
}

/** Reads the delivery of a row's card. */
export function toDelivery(row: CardRow): Delivery {
  const state = toState(row.state);
  return {
    messageId: String(row.message_id),
    outcome: state === 'sending' ? 'pending' : state,
    attempts: Number(row.attempts),
    code: toCode(row.code) ?? undefined,
    status: toNumber(row.status) ?? undefined,
    correlationId: toText(row.correlation_id) ?? undefined,
    durationMs: row.settled_at === null ? undefined : Number(row.settled_at) - Number(row.started_at),
  };
}

const states: readonly CardState[] = ['pending', 'sending', 'accepted', 'rejected', 'unknown', 'failed'];

function toState(value: unknown): CardState {
  return states.find((state) => state === value) ?? 'unknown';
}

/** An error code as a store holds it; null for none, and for one of another version of this program. */
export function toCode(value: unknown): ErrorCode | null {
  return Object.keys(errorCodes).find((code): code is ErrorCode => code === value) ?? null;
}

function toNumber(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** A text as a store holds it; null for none. */
export function toText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

// SQL of both stores for the sets of cards of an operator; written as in the partial indexes, so that they are used.

/** The tables of a store, for reading: they have the same columns in SQLite and in PostgreSQL. */
export interface Tables {
  /** Prefix of a table's name. */
  readonly prefix: string;
  /** SQL for the present time: wall clock in milliseconds. */
  nowMs(): string;
  /** @param values the values of `$1`, `$2` … @throws CodedError `store.unavailable` */
  query(sql: string, values?: readonly (string | number)[]): Promise<CardRow[]>;
}

/** Cards that wait or are on the wire. */
export const isUnderWay = "state IN ('pending', 'sending')";

/** Cards whose delivery has ended without Genesys surely accepting them. */
export const isEnded = "state IN ('rejected', 'unknown', 'failed')";

/** The customer had left before the card came: there is nothing to repair. */
export const hasLeft = "(code IS NOT NULL AND code = 'genesys.conversationEnded')";

/** Dead letters: ended, the customer was there, and no operator has closed them. */
export const isDead = `${isEnded} AND resolved_at IS NULL AND NOT ${hasLeft}`;

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
