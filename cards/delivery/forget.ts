import { randomUUID } from 'node:crypto';
import { type AuditEntry, type AuditRow, createAuditEntry, writeSealedText } from './audit.ts';
import type { StoreKeys } from './storeKeys.ts';

/** What was removed of a conversation. */
export interface Forgotten {
  readonly cards: number;
  /** Items of conversation and dialog state, sessions with Architect included. */
  readonly states: number;
  /** Entries of the audit log that no longer name it. */
  readonly auditEntries: number;
}

/** How an audit entry names its conversation, in its JSON text. */
export function nameIn(conversationId: string): string {
  return `"conversationId":${JSON.stringify(conversationId)}`;
}

/** The names of a conversation as they stand in the keys of its state: as they are, or percent-encoded. */
export function namesInKeys(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => [name, encodeURIComponent(name)]))];
}

/**
 * Rows of the audit log with a handle in the place of the conversation, random, so that it reveals nothing of it. They are signed
 * anew; their hashes stay, so that the chain goes on.
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
 * What is kept of the Bot Framework conversation reference (JSON) of a card that was accepted: the id by which the card is
 * found when that conversation is to be forgotten. Empty when there is none.
 */
export function idOfReference(reference: string): string {
  if (reference === '') return '';
  const { conversation } = JSON.parse(reference);
  return typeof conversation?.id === 'string'
    ? JSON.stringify({ conversation: { id: conversation.id } })
    : '';
}

/**
 * The entries `forgotten`, one for each card that the renamed rows tell of: by them the receiver of the analytics webhook
 * learns which of its events to erase.
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
