import { stateText } from './stateText.ts';

/** Items that are read at once. */
export const pageSize = 100;

/** Changes a stored item; undefined where it stays as it is. */
export type ChangeItem = (item: object) => object | undefined;

/** An item that is to be replaced, and what it was read as. */
export interface ChangedItem {
  readonly key: string;
  readonly etag: unknown;
  readonly text: string;
}

/** How a store reads and replaces items. */
export interface ItemPages {
  /** The next items behind a key, in the order of their keys; `pageSize` at most. */
  read(last: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Replaces items that are still as they were read; gives how many it was. */
  replace(items: readonly ChangedItem[]): Promise<number>;
}

/** Looks at stored items page by page and replaces those that `change` gives something else for; gives how many it was. */
export async function rewriteItems({ read, replace }: ItemPages, change: ChangeItem): Promise<number> {
  let count = 0;
  for (let last = ''; ; ) {
    const page = await read(last);
    const changed = page.flatMap(({ key, etag, item }): ChangedItem[] => {
      const other = change(JSON.parse(String(item)));
      return other === undefined ? [] : [{ key: String(key), etag, text: stateText(other) }];
    });
    if (changed.length > 0) count += await replace(changed);
    if (page.length < pageSize) return count;
    last = String(page.at(-1)?.key);
  }
}
