import type { OperatorStore } from './operatorStore.ts';

/** Cards of one transaction of a replay: a running bot never waits long for its turn to write. */
const batch = 500;

/**
 * The ids of a replay in batches, each id once. With `all`, each dead letter once: one that dies again in the meantime keeps
 * its place, which lies behind.
 */
export async function* replayBatches(
  store: Pick<OperatorStore, 'deadLetters'>,
  messageIds: readonly string[] | 'all',
): AsyncGenerator<readonly string[]> {
  if (messageIds !== 'all') {
    const ids = [...new Set(messageIds)];
    for (let i = 0; i < ids.length; i += batch) yield ids.slice(i, i + batch);
    return;
  }
  for (let after: number | null = 0; after !== null; ) {
    const { cards, next } = await store.deadLetters(batch, after);
    yield cards.map((card) => card.messageId);
    after = next;
  }
}
