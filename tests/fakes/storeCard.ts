import type { StoredCard } from '../../cards/delivery/cardTable.ts';
import type { OutgoingCard } from '../../cards/delivery/outbox.ts';
import type { CardStore } from '../../cards/delivery/store/sqlite/cardStore.ts';

/** Stores one card and gives it as the store knows it. */
export async function storeCard(store: CardStore, card: OutgoingCard): Promise<StoredCard> {
  const [added] = await store.add(card);
  if (added === undefined) throw new Error('The store gave no card.');
  return added.stored;
}
