/** Parts a list, in its order, into as few groups as fit; an item that fits nowhere is alone. */
export function pack<T>(list: readonly T[], fits: (group: readonly T[]) => boolean): T[][] {
  const groups: T[][] = [];
  for (const item of list) {
    const group = groups.at(-1);
    if (group !== undefined && fits([...group, item])) group.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** Parts a list into groups of at most so many. */
export function chunksOf<T>(list: readonly T[], size: number): T[][] {
  return pack(list, (group) => group.length <= size);
}
