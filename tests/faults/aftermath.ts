import { type AuditFigures, readAudit } from './audit.ts';
import type { Stage } from './stage.ts';
import type { NumberedCard } from './workerProtocol.ts';

/** What is left when every card has come to its end and the worker has stopped. */
export interface Aftermath {
  readonly audit: AuditFigures;
  /** The figures that every fault test prints. */
  readonly figures: {
    readonly cards: number;
    /** Different cards that the receiver took; null when it does not count. */
    readonly shown: number | null;
    /** Cards that it never took, or, where it does not count, that Genesys did not accept by our own audit. */
    readonly lost: number;
    readonly twice: number | null;
    readonly outOfOrder: number | null;
    /** Attempts of which nobody knows whether the card arrived, by our own audit. */
    readonly doubtful: number;
    readonly finals: AuditFigures['finals'];
    readonly wrongFinals: number;
    readonly auditEntries: number;
    readonly auditWhole: boolean;
    readonly auditLeaks: number;
    /** Answers of the cards' path by status. */
    readonly answers: Readonly<Record<string, number>> | null;
  };
  /** True when the order was kept and the audit log has exactly one final entry for each card, no gap and no customer text. */
  readonly isSound: boolean;
}

/** Compares what was sent with what the receiver counted and what the audit log says. */
export async function aftermath(
  { target, dataDir }: Stage,
  sent: readonly NumberedCard[],
): Promise<Aftermath> {
  const shown = await target.shown();
  const audit = readAudit(dataDir);
  const lost =
    shown?.ids === undefined
      ? sent.length - (shown?.distinct ?? audit.finals.accepted ?? 0)
      : sent.filter(({ messageId }) => shown.ids?.has(messageId) === false).length;
  const isSound =
    (shown?.outOfOrder ?? 0) === 0 &&
    audit.stored === sent.length &&
    audit.wrongFinals === 0 &&
    audit.isWhole &&
    audit.leaks === 0;
  return {
    audit,
    figures: {
      cards: sent.length,
      shown: shown?.distinct ?? null,
      lost,
      twice: shown?.twice ?? null,
      outOfOrder: shown?.outOfOrder ?? null,
      doubtful: audit.doubtful,
      finals: audit.finals,
      wrongFinals: audit.wrongFinals,
      auditEntries: audit.entries,
      auditWhole: audit.isWhole,
      auditLeaks: audit.leaks,
      answers: shown?.statuses ?? null,
    },
    isSound,
  };
}
