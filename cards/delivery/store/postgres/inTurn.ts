/**
 * Makes a queue that runs work one after the other, in the order in which it came: a connection of PostgreSQL takes one query
 * at a time. Work that fails does not hold up what comes after it.
 */
export function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}
