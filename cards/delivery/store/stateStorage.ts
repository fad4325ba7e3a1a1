import { CodedError } from '../../errors.ts';

/** State of a conversation or a dialog; its `eTag` names the write that was read. */
interface StateItem {
  readonly eTag?: string;
  readonly [property: string]: unknown;
}

/** Items by their keys. */
export type StateItems = Record<string, StateItem>;

/** The storage of conversation and dialog state: the Bot Framework's `Storage`, declared without its SDK. */
export interface StateStorage {
  read(keys: string[]): Promise<StateItems>;
  write(changes: StateItems): Promise<void>;
  delete(keys: string[]): Promise<void>;
}

/** Most UTF-8 bytes of an item of conversation or dialog state. */
const maxBytes = 2 * 1024 * 1024;

/**
 * Writes the stored text of an item of state.
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

/** The names of a conversation in the keys of its state: unchanged or percent-encoded. */
export function namesInKeys(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => [name, encodeURIComponent(name)]))];
}

/** Most items of a page. */
export const pageSize = 100;

/** Changes a stored item; returns undefined to keep it. */
export type ChangeItem = (item: object) => object | undefined;

/** The new text of an item, and the eTag with which it was read. */
interface ChangedItem {
  readonly key: string;
  readonly etag: unknown;
  readonly text: string;
}

/** The reads and writes of a store for `rewriteItems`. */
interface ItemPages {
  /** The next items behind a key, in the order of their keys; `pageSize` at most. */
  read(last: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Replaces the items whose eTag is still the same; returns their number. */
  replace(items: readonly ChangedItem[]): Promise<number>;
}

/** Reads stored items page by page and replaces those that `change` changes; returns their number. */
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
