import { CodedError } from '../../errors.ts';

/** State of a conversation or a dialog; its `eTag` names the write that was read. */
export interface StateItem {
  readonly eTag?: string;
  readonly [property: string]: unknown;
}

/** Items by their keys. */
export type StateItems = Record<string, StateItem>;

/** Where conversation and dialog state is kept: the Bot Framework's `Storage`, in our own words. */
export interface StateStorage {
  read(keys: string[]): Promise<StateItems>;
  write(changes: StateItems): Promise<void>;
  delete(keys: string[]): Promise<void>;
}

/** UTF-8 bytes that an item of conversation or dialog state may have. */
const maxBytes = 2 * 1024 * 1024;

/**
 * Makes the text of an item of state as it is stored.
 *
 * @throws CodedError `store.tooLarge` over 2 MiB
 */
export function writeStateText(item: object): string {
  const text = JSON.stringify(item);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    throw new CodedError(
      'store.tooLarge',
      `The state of a conversation has ${bytes} bytes; ${maxBytes} are allowed.`,
    );
  }
  return text;
}

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
      return other === undefined ? [] : [{ key: String(key), etag, text: writeStateText(other) }];
    });
    if (changed.length > 0) count += await replace(changed);
    if (page.length < pageSize) return count;
    last = String(page.at(-1)?.key);
  }
}
