import type { Storage, StoreItems } from 'botbuilder';

/** The turn that an item was read in. */
interface Turn {
  /** By the clock of its instance, in milliseconds. */
  begunAt: number;
  /** Of the item as it was read; undefined when it was not stored. */
  eTag: string | undefined;
}

/** Listeners. */
export interface TurnOrderOptions {
  now?: () => number;
  onOvertaken?: () => void;
}

/**
 * Storage for a `ConversationState` whose turns may run beside each other: what a turn writes stays, unless a turn that
 * began after it writes. The state of a turn that was overtaken is dropped, and `onOvertaken` told of it.
 *
 * A `ConversationState` alone keeps what is written last, as it writes with the eTag `*`. A guard by eTags alone would keep
 * what is written first. So an item is stored with the time at which its turn read it (`turnBegunAt`); two instances whose
 * clocks differ by more than their turns lie apart may take them for one another.
 */
export class TurnOrderStorage implements Storage {
  readonly #storage: Storage;
  readonly #now: () => number;
  readonly #onOvertaken: () => void;
  /** By the item that was read: a `BotState` writes the very object. */
  readonly #turns = new WeakMap<object, Turn>();

  /** @param options `now`: wall clock in milliseconds; default: the machine's own */
  constructor(storage: Storage, { now = Date.now, onOvertaken = () => {} }: TurnOrderOptions = {}) {
    this.#storage = storage;
    this.#now = now;
    this.#onOvertaken = onOvertaken;
  }

  async read(keys: string[]): Promise<StoreItems> {
    const begunAt = this.#now();
    const items = await this.#storage.read(keys);
    return Object.fromEntries(
      keys.map((key) => {
        const item = items[key] ?? {};
        this.#turns.set(item, { begunAt, eTag: item.eTag });
        return [key, item];
      }),
    );
  }

  async write(changes: StoreItems): Promise<void> {
    for (const [key, item] of Object.entries(changes)) await this.#write(key, item);
  }

  delete(keys: string[]): Promise<void> {
    return this.#storage.delete(keys);
  }

  async #write(key: string, item: object): Promise<void> {
    const { begunAt, eTag } = this.#turns.get(item) ?? { begunAt: this.#now(), eTag: undefined };
    const write = (expected: string) =>
      this.#storage.write({ [key]: { ...item, turnBegunAt: begunAt, eTag: expected } });
    if (eTag !== undefined) {
      try {
        return await write(eTag);
      } catch {
        // Somebody else has written, or the storage fails: the next lines find out which.
      }
    }
    const { [key]: stored } = await this.#storage.read([key]);
    if (stored?.turnBegunAt > begunAt) return this.#onOvertaken();
    await write('*');
  }
}
