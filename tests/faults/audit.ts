import type { AuditEvent } from '../../cards/delivery/cardEvents.ts';
import { CardStore } from '../../cards/delivery/store/sqlite/cardStore.ts';
import { openDatabase } from '../../cards/delivery/store/sqlite/database.ts';
import { finalEvents } from '../fakes/finalEvents.ts';
import { canaryCustomer } from './canary.ts';

/** What an audit log says after a test, when nobody uses its store any more. */
export interface AuditFigures {
  readonly entries: number;
  /** True when the chain verifies: no entry changed, missing or out of place. */
  readonly isWhole: boolean;
  /** Cards that were stored. */
  readonly stored: number;
  /** Cards that were stored and do not have exactly one final entry. */
  readonly wrongFinals: number;
  /** Cards by their final event. */
  readonly finals: Readonly<Partial<Record<AuditEvent, number>>>;
  /** Attempts of which nobody knows whether the card arrived. */
  readonly doubtful: number;
  /** Entries that hold what a customer reads. */
  readonly leaks: number;
}

/** Reads the audit log of a store: page by page, so that a million cards fit. */
export function readAudit(dataDir: string): AuditFigures {
  const db = openDatabase(dataDir);
  const { audit } = new CardStore(db);
  const finalsOf = new Map<string, number>();
  const finals: Partial<Record<AuditEvent, number>> = {};
  let entries = 0;
  let doubtful = 0;
  let leaks = 0;
  for (let seq = 0; ; ) {
    const page = audit.after(seq, 1_000);
    for (const row of page) {
      // Written and read by this project: the chain above all says that it is what was written.
      const { event, messageId, code } = JSON.parse(row.entry) as {
        event: AuditEvent;
        messageId: string;
        code?: string;
      };
      seq = row.seq;
      entries += 1;
      if (event === 'stored') finalsOf.set(messageId, 0);
      if (finalEvents.has(event)) {
        finalsOf.set(messageId, (finalsOf.get(messageId) ?? 0) + 1);
        finals[event] = (finals[event] ?? 0) + 1;
      }
      if (code === 'genesys.unknownOutcome') doubtful += 1;
      if (row.entry.includes(canaryCustomer)) leaks += 1;
    }
    if (page.length < 1_000) break;
  }
  const isWhole = audit.verify().ok;
  db.close();
  const wrongFinals = [...finalsOf.values()].filter((count) => count !== 1).length;
  return { entries, isWhole, stored: finalsOf.size, wrongFinals, finals, doubtful, leaks };
}

/** How many cards of a store wait or are on the wire, how many of them are on the wire, and how many of each conversation were accepted or are held. Its bot may be running. */
export function finalsByConversation(dataDir: string): {
  waiting: number;
  sending: number;
  accepted: Map<string, number>;
  held: Map<string, number>;
} {
  const db = openDatabase(dataDir);
  const waiting = db
    .prepare("SELECT count(*) AS n FROM cards WHERE state IN ('pending', 'sending')")
    .get()?.n;
  const byConversation = db.prepare(
    'SELECT conversation_id AS id, count(*) AS n FROM cards WHERE state = ? GROUP BY 1',
  );
  const count = (state: string) =>
    new Map(byConversation.all(state).map(({ id, n }) => [String(id), Number(n)]));
  const sending = db.prepare("SELECT count(*) AS n FROM cards WHERE state = 'sending'").get()?.n;
  const [accepted, held] = [count('accepted'), count('unknown')];
  db.close();
  return { waiting: Number(waiting), sending: Number(sending), accepted, held };
}
