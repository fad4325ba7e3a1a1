import type { ErrorCode } from '../errors.ts';
import type { AuditRow, AuditVerdict, ChainPlace } from './audit.ts';
import type { CardFilter } from './cardSets.ts';
import { type Chart, type ChartSpan, type Figure, toTotal } from './figures.ts';
import type { Forgotten } from './forget.ts';
import type { CardState } from './outbox.ts';

/** The states of a dead letter: a card whose way has ended without Genesys taking it for sure. */
export const deadStates = ['rejected', 'unknown', 'failed'] as const satisfies readonly CardState[];

/** `rejected`, `unknown` or `failed`. */
type DeadState = (typeof deadStates)[number];

/** How the last hour went, by when cards reached their outcome. */
export interface LastHour {
  readonly accepted: number;
  /** Refused by Genesys while the customer was there. */
  readonly rejected: number;
  readonly failed: number;
  readonly unknown: number;
  /** Refused by our own checks, never sent; not part of the success rate. */
  readonly refused: number;
  /** The customer had left before the card came; not part of the success rate. */
  readonly left: number;
  /** `accepted / (accepted + rejected + failed + unknown)`, 0 to 1; null when there was no such card. */
  readonly successRate: number | null;
  /** From being stored or replayed to the outcome, in milliseconds, 10 % off at most; null when no card reached one. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** The last hour from its figures: a replayed card counts with each of its outcomes. */
export function summarizeLastHour(figures: readonly Omit<Figure, 'step'>[]): LastHour {
  const { count, percentiles } = toTotal(figures);
  const [accepted, rejected, failed, unknown] = [
    count('accepted'),
    count('rejected'),
    count('failed'),
    count('unknown'),
  ];
  const sent = accepted + rejected + failed + unknown;
  const [p50Ms, p95Ms, p99Ms] = percentiles;
  return {
    accepted,
    rejected,
    failed,
    unknown,
    refused: count('refused'),
    left: count('left'),
    successRate: sent === 0 ? null : accepted / sent,
    p50Ms,
    p95Ms,
    p99Ms,
  };
}

/** The state of a store at one moment. */
export interface StoreStatus {
  /** Cards that wait for their first or next attempt. */
  readonly pending: number;
  /** Cards marked as being on the wire; only routes that show repeats twice are marked. */
  readonly sending: number;
  readonly deadLetters: Readonly<Record<DeadState, number>>;
  /** Age of the oldest card under way, in milliseconds; null when none is. */
  readonly oldestPendingMs: number | null;
  readonly lastHour: LastHour;
}

/** A card as an operator sees it; times are wall clock in milliseconds. */
export interface CardRecord {
  readonly messageId: string;
  readonly conversationId: string;
  readonly route: string;
  readonly state: CardState;
  readonly attempts: number;
  /** How often an operator replayed it. */
  readonly replays: number;
  readonly templateId: string;
  readonly templateVersion: string;
  readonly templateHash: string;
  /** UTF-8 size of its body. */
  readonly bytes: number;
  readonly operationId: string;
  readonly storedAt: number;
  /** When its present life began: stored, or last replayed. */
  readonly startedAt: number;
  readonly settledAt: number | null;
  /** When an operator closed this dead letter. */
  readonly resolvedAt: number | null;
  readonly code: ErrorCode | null;
  readonly status: number | null;
  readonly correlationId: string | null;
}

/** A page of cards. */
export interface CardPage {
  /** Oldest first. */
  readonly cards: readonly CardRecord[];
  /** Where the next page begins; null at the end. */
  readonly next: number | null;
}

/** A card with its history. */
export interface ShownCard {
  readonly card: CardRecord;
  /** What the customer was to read: only when asked for, and null once the card was accepted. */
  readonly content?: { readonly body: string | null; readonly text: string | null };
  /** Oldest first, at most 1,000. */
  readonly audit: readonly AuditRow[];
}

/** What came of a replay, by messageId. */
export interface ReplayResult {
  readonly replayed: readonly string[];
  /** There is no such card. */
  readonly notFound: readonly string[];
  /** Under way or accepted: nothing to repair. */
  readonly notDead: readonly string[];
}

/** What came of closing dead letters, by messageId. */
export interface ResolveResult {
  readonly resolved: readonly string[];
  /** There is no such card. */
  readonly notFound: readonly string[];
  /** Under way, accepted, or closed already. */
  readonly notDead: readonly string[];
}

/** What is deleted; both bounds are wall clock in milliseconds, and what is exactly at the bound stays. */
export interface PruneBounds {
  /** Cards that reached a final state before it go, dead letters included. */
  readonly cardsBefore: number;
  /** Audit entries older than it go; the chain is verified from there on. */
  readonly auditBefore: number;
  /** True when an analytics webhook is fed: then entries that it has not taken stay. */
  readonly hasAnalytics: boolean;
}

/** How much was deleted. */
export interface Pruned {
  readonly cards: number;
  readonly auditEntries: number;
}

/**
 * What an operator asks of a store and does to it, beside a running bot and in a process of its own.
 *
 * Every method throws CodedError `store.unavailable` when the store cannot be reached; `replay`, `resolve` and `forget` throw
 * `config.invalid` without the secret that signed the audit log.
 */
export interface OperatorStore {
  status(): Promise<StoreStatus>;
  /** What the processes of the bot last wrote about themselves, newest first: JSON text of each, of the last day. */
  health(): Promise<string[]>;
  /** Writes to the store. @throws CodedError `store.*` that says why it cannot be written */
  check(): Promise<void>;
  /**
   * Dead letters: neither those that an operator closed, nor cards for a customer who had left.
   *
   * @param after the `next` of the page before; default: from the oldest
   * @param filter default: all of them
   */
  deadLetters(limit: number, after?: number, filter?: CardFilter): Promise<CardPage>;
  /** How many dead letters each error code has, the most first. */
  deadCodes(): Promise<{ readonly code: string; readonly cards: number }[]>;
  /** Cards that wait or are on the wire; see `deadLetters`. */
  waiting(limit: number, after?: number, filter?: CardFilter): Promise<CardPage>;
  /** Closes dead letters: they are kept and shown, but no longer listed. The audit log gets `resolved` with the reason for each. */
  resolve(messageIds: readonly string[], reason: string): Promise<ResolveResult>;
  /** Cards of any state, newest first; for a template alone the newest 20,000 are searched. */
  recent(limit: number, filter?: CardFilter): Promise<readonly CardRecord[]>;
  /** What ended, how long it took, and the samples of a span up to now. */
  chart(span: ChartSpan): Promise<Chart>;
  /** As `show` with the content, which the audit log notes as `revealed`; undefined when there is no such card. */
  reveal(messageId: string): Promise<ShownCard | undefined>;
  /** @param withContent true to read the card's body and text, too, which hold what the customer reads */
  show(messageId: string, withContent?: boolean): Promise<ShownCard | undefined>;
  /**
   * Sends dead letters once more, under the messageId that they have: their attempts and their time start anew, the audit
   * log gets an entry `replayed` for each, and a running bot takes them up within seconds.
   */
  replay(messageIds: readonly string[] | 'all'): Promise<ReplayResult>;
  /** Audit entries with a number above `seq`, oldest first. */
  auditAfter(seq: number, count: number): Promise<AuditRow[]>;
  /** Recomputes the audit log's chain; see `ChainCheck`. */
  verifyAudit(noted?: ChainPlace): Promise<AuditVerdict>;
  /** The place of the newest entry of the audit log: noted elsewhere, it proves later that the log was not written anew. */
  auditHead(): Promise<ChainPlace>;
  /**
   * Removes one conversation, named by its id in Genesys, its session with Architect or its Bot Framework conversation: its
   * cards, also those that wait, and its state go, and the audit log has a random handle in its place. A bot may be running;
   * a turn or a card that is under way just then may still come to its end.
   */
  forget(conversationId: string): Promise<Forgotten>;
  prune(bounds: PruneBounds): Promise<Pruned>;
  close(): Promise<void>;
}
