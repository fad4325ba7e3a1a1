/** Splits a list, in its order, into groups that fit; an item that fits nowhere is a group of its own. */
export function pack<T>(list: readonly T[], fits: (group: readonly T[]) => boolean): T[][] {
  const groups: T[][] = [];
  for (const item of list) {
    const group = groups.at(-1);
    if (group !== undefined && fits([...group, item])) group.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** Splits a list into groups of at most `size` items. */
export function chunksOf<T>(list: readonly T[], size: number): T[][] {
  return pack(list, (group) => group.length <= size);
}
