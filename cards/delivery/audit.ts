import { hash } from 'node:crypto';
import type { Attempt, OutgoingCard } from './outbox.ts';
import type { StoreKeys } from './storeKeys.ts';

/** What happened to a card, in the order of its life. */
export const auditEvents = [
  'refused',
  'stored',
  'attempted',
  'accepted',
  'rejected',
  'unknown',
  'failed',
  'replayed',
  'fallback',
  'forgotten',
] as const;

/** The events that end a card's life; each card has exactly one of them after its last `stored` or `replayed`. */
export const finalEvents: ReadonlySet<AuditEvent> = new Set<AuditEvent>([
  'refused',
  'accepted',
  'rejected',
  'unknown',
  'failed',
]);

/** An event of the audit log. */
export type AuditEvent = (typeof auditEvents)[number];

/** One entry of the audit log: ids, sizes, outcomes and times; never a text of a card, a field or a secret. */
export interface AuditEntry {
  /** ISO time, UTC. */
  readonly at: string;
  readonly event: AuditEvent;
  readonly messageId: string;
  readonly conversationId: string;
  readonly route: string;
  readonly templateId: string;
  readonly templateVersion: string;
  readonly templateHash: string;
  /** UTF-8 size of what is sent, without its envelope; a refused card has none. */
  readonly bytes?: number;
  readonly operationId: string;
  /** Attempts so far. */
  readonly attempts?: number;
  /** From being stored to this event, in milliseconds. */
  readonly ms?: number;
  readonly status?: number;
  readonly code?: string;
  /** JSON path of what our checks refused. */
  readonly path?: string;
  /** Genesys' correlation id. */
  readonly correlationId?: string;
}

/** One row of the audit log. */
export interface AuditRow {
  readonly seq: number;
  /** JSON text of an AuditEntry, exactly as it was hashed. */
  readonly entry: string;
  readonly hash: string;
  /** Signature of an entry that was changed because its conversation was forgotten. */
  readonly seal?: string;
}

/** A row of an `audit` table, as SQLite and PostgreSQL give it. */
export function toAuditRow({ seq, entry, hash, seal }: Readonly<Record<string, unknown>>): AuditRow {
  return {
    seq: Number(seq),
    entry: String(entry),
    hash: String(hash),
    ...(typeof seal === 'string' ? { seal } : {}),
  };
}

/** What is signed of an entry that was changed: its hash is still that of the entry before the change. */
export function sealedText({ seq, entry, hash }: AuditRow): string {
  return `${seq}\n${entry}\n${hash}`;
}

/** What a verification found. */
export type AuditVerdict = { ok: true; entries: number } | { ok: false; seq: number; problem: string };

/** The hash before the first entry. */
export const chainStart = '0'.repeat(64);

/** The hash of an entry: SHA-256 over the hash before it, a line feed, and the entry's JSON text. */
export function chainHash(previous: string, json: string): string {
  return hash('sha256', `${previous}\n${json}`);
}

/** A place in the chain: the number and the hash of the last entry before it. */
export interface ChainPlace {
  readonly seq: number;
  readonly hash: string;
}

/**
 * Follows the chain over a page of rows; gives where it ends, or the row at which it breaks. A changed entry is right when
 * it is sealed.
 */
export function followChain(
  start: ChainPlace,
  rows: readonly AuditRow[],
  seals: StoreKeys,
): ChainPlace | Extract<AuditVerdict, { ok: false }> {
  let { seq, hash } = start;
  for (const row of rows) {
    if (row.seq !== seq + 1)
      return { ok: false, seq: row.seq, problem: 'an entry before this one is missing' };
    const isSealed = row.seal !== undefined && seals.signerOf(row.seal, sealedText(row)) !== 'anybody';
    hash = isSealed ? row.hash : chainHash(hash, row.entry);
    if (row.hash !== hash)
      return { ok: false, seq: row.seq, problem: 'this entry or one before it was changed' };
    seq = row.seq;
  }
  return { seq, hash };
}

/** What the audit log needs of a card; of its body it keeps the size. */
export type AuditedCard = Omit<OutgoingCard, 'body' | 'text' | 'reference'> & { readonly body?: string };

/**
 * Makes an entry of the audit log.
 *
 * @param at wall clock in milliseconds
 */
export function auditEntry(
  event: AuditEvent,
  card: AuditedCard,
  at: number,
  more: Partial<AuditEntry> = {},
): AuditEntry {
  return {
    at: new Date(at).toISOString(),
    event,
    messageId: card.messageId,
    conversationId: card.conversationId,
    route: card.route,
    templateId: card.templateId,
    templateVersion: card.templateVersion,
    templateHash: card.templateHash,
    ...(card.body === undefined ? {} : { bytes: Buffer.byteLength(card.body) }),
    operationId: card.operationId,
    ...more,
  };
}

/** What an audit entry and a delivery keep of an attempt's answer. */
export function answerOf({ code, status, correlationId }: Attempt) {
  return {
    ...(code === undefined ? {} : { code }),
    ...(status === undefined ? {} : { status }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}
