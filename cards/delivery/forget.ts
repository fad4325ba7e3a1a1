import { randomUUID } from 'node:crypto';
import { type AuditRow, writeSealedText } from './audit.ts';
import { type AuditEntry, createAuditEntry } from './cardEvents.ts';
import type { StoreKeys } from './storeKeys.ts';

/** How much of a conversation was removed. */
export interface Forgotten {
  readonly cards: number;
  /** Items of conversation and dialog state, sessions with Architect included. */
  readonly states: number;
  /** Entries of the audit log that no longer name it. */
  readonly auditEntries: number;
}

/** The part of an audit entry's JSON text that names its conversation. */
export function nameIn(conversationId: string): string {
  return `"conversationId":${JSON.stringify(conversationId)}`;
}

/** The names of a conversation in the keys of its state: unchanged or percent-encoded. */
export function namesInKeys(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => [name, encodeURIComponent(name)]))];
}

/**
 * Puts a random handle, which reveals nothing, in place of the conversation in rows of the audit log. The rows are signed anew;
 * their hashes stay, so that the chain goes on.
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
