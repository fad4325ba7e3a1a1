import type { CardRecord } from '../../cards/delivery/cardTable.ts';
import type { OperatorStore } from '../../cards/delivery/operatorStore.ts';
import { openOperatorStore } from '../../cards/delivery/store/openStore.ts';
import type { CommandContext } from './command.ts';

/** Opens the store of the bot with the same settings, and closes it whatever happens. */
export async function withStore(
  context: CommandContext,
  work: (store: OperatorStore) => Promise<number>,
): Promise<number> {
  const store = await openOperatorStore(context.store);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** A card with its times in ISO form, UTC. */
export function withIsoTimes(card: CardRecord) {
  const { storedAt, startedAt, settledAt, resolvedAt } = card;
  return {
    ...card,
    storedAt: formatIsoTime(storedAt),
    startedAt: formatIsoTime(startedAt),
    settledAt: settledAt === null ? null : formatIsoTime(settledAt),
    resolvedAt: resolvedAt === null ? null : formatIsoTime(resolvedAt),
  };
}

/** Wall clock in milliseconds as an ISO time, UTC. */
export function formatIsoTime(ms: number): string {
  return new Date(ms).toISOString();
}
