import type { AuditEvent } from '../../cards/delivery/cardEvents.ts';
import type { OperatorStore } from '../../cards/delivery/operatorStore.ts';
import { finalEvents } from '../fakes/finalEvents.ts';
import { canaryCustomer } from './canary.ts';

/** Reads the audit log that instances share: what it holds, and whether each card has exactly one end in it. */
export async function readAudit(operator: OperatorStore) {
  const finalsOf = new Map<string, number>();
  const finals: Partial<Record<AuditEvent, number>> = {};
  let entries = 0;
  let leaks = 0;
  for (let seq = 0; ; ) {
    const page = await operator.auditAfter(seq, 1_000);
    for (const row of page) {
      // Written and read by this project: the chain above all says that it is what was written.
      const { event, messageId } = JSON.parse(row.entry) as { event: AuditEvent; messageId: string };
      seq = row.seq;
      entries += 1;
      if (event === 'stored') finalsOf.set(messageId, 0);
      if (finalEvents.has(event)) {
        finalsOf.set(messageId, (finalsOf.get(messageId) ?? 0) + 1);
        finals[event] = (finals[event] ?? 0) + 1;
      }
      if (row.entry.includes(canaryCustomer)) leaks += 1;
    }
    if (page.length < 1_000) break;
  }
  const wrongFinals = [...finalsOf.values()].filter((n) => n !== 1).length;
  return {
    entries,
    leaks,
    finals,
    wrongFinals,
    stored: finalsOf.size,
    verdict: await operator.verifyAudit(),
  };
}
