/**
 * Resolves when all of the work is done, or after a time.
 *
 * @param ms milliseconds
 * @throws what the work throws before
 */
export async function atMost(ms: number, ...work: unknown[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([Promise.all(work), limit]);
  } finally {
    clearTimeout(timer);
  }
}
