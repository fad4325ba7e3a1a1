/** Does `one` `count` times, `concurrency` of them at once: the next begins when one has ended. */
export async function closedLoop(
  count: number,
  concurrency: number,
  one: () => Promise<void>,
): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, concurrency) }, worker));
}
