/** Adds to a list that holds at most `most`: the oldest goes. */
export function keepLast<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.shift();
}
