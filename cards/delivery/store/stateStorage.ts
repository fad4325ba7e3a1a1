/** State of a conversation or a dialog; its `eTag` tells which writing of it was read. */
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
