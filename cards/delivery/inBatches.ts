/** Deletes batch after batch, each a transaction of its own, until nothing is left to delete; gives how much it was. */
export async function removeInBatches(removeBatch: () => Promise<number>): Promise<number> {
  for (let removed = 0; ; ) {
    const count = await removeBatch();
    if (count === 0) return removed;
    removed += count;
  }
}
