import { hash, randomUUID } from 'node:crypto';
import { CodedError } from '../errors.ts';
import { type AuditEntry, createAuditEntry } from './cardEvents.ts';
import type { Signer, StoreKeyring, StoreKeys } from './storeKeys.ts';

/** One row of the audit log. */
export interface AuditRow {
  readonly seq: number;
  /** JSON text of an AuditEntry, exactly as it was hashed. */
  readonly entry: string;
  readonly hash: string;
  /** Signature of an entry that was changed because its conversation was forgotten. */
  readonly seal?: string;
}

/** Reads a row of an `audit` table of SQLite or PostgreSQL. */
export function toAuditRow({ seq, entry, hash, seal }: Readonly<Record<string, unknown>>): AuditRow {
  return {
    seq: Number(seq),
    entry: String(entry),
    hash: String(hash),
    ...(typeof seal === 'string' ? { seal } : {}),
  };
}

/** The signed text of a changed entry. Its hash is still the hash from before the change. */
export function writeSealedText({ seq, entry, hash }: AuditRow): string {
  return `${seq}\n${entry}\n${hash}`;
}

/** A place in the chain: the number and the hash of an entry. */
export interface ChainPlace {
  readonly seq: number;
  readonly hash: string;
}

/** The result of a verification. */
export type AuditVerdict =
  | {
      ok: true;
      entries: number;
      /** The first entry from which on all are signed with a secret of the operator; left out when there is none. */
      signedFrom?: number;
    }
  | { ok: false; seq: number; problem: string };

/** The place before the first entry. */
export const chainStart: ChainPlace = { seq: 0, hash: '0'.repeat(64) };

/** The hash of an entry: HMAC-SHA256 over the hash before it, a line feed, and the entry's JSON text. */
export function hashChain(previous: string, json: string, keys: StoreKeys): string {
  return keys.sign(writeChainedText(previous, json));
}

function writeChainedText(previous: string, json: string): string {
  return `${previous}\n${json}`;
}

/**
 * Throws when the operator's secret that signed the end of the log is not among ours: entries of this process would break the
 * chain.
 *
 * @throws CodedError `config.invalid`
 */
export function checkChainKey(hash: string, { chain }: StoreKeyring): void {
  if (!chain.isForeign(hash)) return;
  throw new CodedError('config.invalid', 'AUDIT_SECRET: is not the one that signed the audit log.', {
    hint: 'Set the AUDIT_SECRET of the bot. After a change, keep the old secret behind the new one: AUDIT_SECRET=new,old.',
  });
}

/** The signer of a row; `nobody` when its hash is wrong. */
type RowSigner = Signer | 'nobody';

const trustOf: Readonly<Record<RowSigner, number>> = { nobody: -1, anybody: 0, store: 1, operator: 2 };

/** The bounds of a verification, read in one view of the log. */
interface ChainBounds {
  /** The place before its first entry. */
  readonly start: ChainPlace;
  /** The entry that was written last; a store may know its number only. */
  readonly last: { readonly seq: number; readonly hash?: string };
  /** The newest entry at some former time, noted elsewhere. */
  readonly noted?: ChainPlace | undefined;
}

/**
 * Recomputes the chain of an audit log from pages of its rows: finds a changed, missing, inserted or reordered entry, a
 * cut-off end, and a log that no longer has the entry that was noted.
 */
export class ChainCheck {
  readonly #bounds: ChainBounds;
  readonly #keys: StoreKeyring;
  #place: ChainPlace;
  #signer: RowSigner = 'anybody';
  #entries = 0;
  #signedFrom: number | undefined;
  #verdict: AuditVerdict | undefined;

  constructor(bounds: ChainBounds, keys: StoreKeyring) {
    this.#bounds = bounds;
    this.#keys = keys;
    this.#place = bounds.start;
    const { start, last, noted } = bounds;
    if (noted !== undefined && noted.seq < start.seq)
      this.#fail(noted.seq, 'this entry is older than the log; take a newer head');
    else if (noted !== undefined && noted.seq > last.seq)
      this.#fail(last.seq + 1, 'entries at the end are missing');
    else this.#checkPlace();
  }

  /** The result; undefined as long as rows are to be read. */
  get verdict(): AuditVerdict | undefined {
    return this.#verdict;
  }

  /** The number after which the next page of rows begins. */
  get seq(): number {
    return this.#place.seq;
  }

  /** Checks the rows after `seq`, oldest first, any number of them; an empty page means that there are no more. */
  take(rows: readonly AuditRow[]): void {
    if (rows.length === 0) this.#fail(this.#place.seq + 1, 'entries at the end are missing');
    for (const row of rows) {
      if (this.#verdict !== undefined) return;
      this.#takeRow(row);
    }
  }

  #takeRow(row: AuditRow): void {
    const signer = this.#signerOf(row);
    const problem = this.#problemOf(row, signer);
    if (problem !== undefined) {
      this.#fail(row.seq, problem);
      return;
    }
    this.#signer = signer;
    if (signer === 'operator') this.#signedFrom ??= row.seq;
    this.#place = { seq: row.seq, hash: row.hash };
    this.#entries += 1;
    this.#checkPlace();
  }

  #problemOf(row: AuditRow, signer: RowSigner): string | undefined {
    if (row.seq !== this.#place.seq + 1) return 'an entry before this one is missing';
    if (signer === 'nobody') {
      return this.#keys.chain.isForeign(row.hash)
        ? 'this entry is signed with a secret that is not in AUDIT_SECRET here'
        : 'this entry or one before it was changed';
    }
    // A writer without the secret of the former entries cannot continue the log.
    return trustOf[signer] < trustOf[this.#signer]
      ? 'this entry is not signed as the one before it'
      : undefined;
  }

  #signerOf(row: AuditRow): RowSigner {
    const { chain, seal } = this.#keys;
    const text = writeChainedText(this.#place.hash, row.entry);
    // Stores of the first version have no keys.
    if (row.seal === undefined && row.hash === hash('sha256', text)) return 'anybody';
    const signer =
      row.seal === undefined ? chain.signerOf(row.hash, text) : seal.signerOf(row.seal, writeSealedText(row));
    return signer === 'anybody' ? 'nobody' : signer;
  }

  /** Ends the verification at the last entry, and compares the noted one. */
  #checkPlace(): void {
    const { last, noted } = this.#bounds;
    const { seq, hash } = this.#place;
    if (noted?.seq === seq && noted.hash !== hash)
      this.#fail(seq, 'this entry is not the one that was noted');
    else if (seq < last.seq) return;
    else if (last.hash !== undefined && last.hash !== hash)
      this.#fail(seq, 'the end of the log is not the one that was written last');
    else {
      const signedFrom = this.#signedFrom === undefined ? {} : { signedFrom: this.#signedFrom };
      this.#verdict = { ok: true, entries: this.#entries, ...signedFrom };
    }
  }

  #fail(seq: number, problem: string): void {
    this.#verdict = { ok: false, seq, problem };
  }
}

/** The part of an audit entry's JSON text that names its conversation. */
export function nameIn(conversationId: string): string {
  return `"conversationId":${JSON.stringify(conversationId)}`;
}

/**
 * Puts a random handle, which reveals nothing, in place of the conversation in rows of the audit log. The rows are signed anew;
 * their hashes stay, so that the chain continues.
 */
export function renameRows(rows: readonly AuditRow[], seals: StoreKeys): Required<AuditRow>[] {
  const handle = `forgotten-${randomUUID()}`;
  return rows.map((row) => {
    const { conversationId } = JSON.parse(row.entry);
    const entry = row.entry.replace(nameIn(String(conversationId)), () => nameIn(handle));
    return { ...row, entry, seal: seals.sign(writeSealedText({ ...row, entry })) };
  });
}

/**
 * Creates an entry `forgotten` for each card of the renamed rows: the receiver of the analytics webhook learns from it which
 * events to erase.
 *
 * @param at wall clock in milliseconds
 */
export function createForgottenEntries(renamed: readonly AuditRow[], at: number): AuditEntry[] {
  const newest = new Map<string, AuditEntry>();
  for (const { entry: json } of renamed) {
    const entry: AuditEntry = JSON.parse(json);
    newest.set(entry.messageId, entry);
  }
  return [...newest.values()].map((entry) => createAuditEntry('forgotten', entry, at));
}
