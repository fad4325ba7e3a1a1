import {
  type Activity,
  ActivityHandler,
  type ConversationState,
  type StatePropertyAccessor,
  type Storage,
  type StoreItems,
  type TurnContext,
} from 'botbuilder';
import type { Dialog, DialogState } from 'botbuilder-dialogs';
import type { DialogOutcome, Memory } from '../../dialogs/contract.ts';
import { runDialogs, sendWelcome } from '../../dialogs/main/dialog.ts';

/** Options of the bot. */
export interface CardBotOptions {
  dialog: Dialog;
  conversationState: ConversationState;
  /** Called when a dialog ends in a turn. */
  onOutcome?: (context: TurnContext, outcome: DialogOutcome) => Promise<void> | void;
}

/** Runs the dialogs on each message and greets each new member. */
export class CardBot extends ActivityHandler {
  readonly #options: CardBotOptions;
  readonly #dialogState: StatePropertyAccessor<DialogState>;
  readonly #memory: StatePropertyAccessor<Memory>;

  constructor(options: CardBotOptions) {
    super();
    this.#options = options;
    this.#dialogState = options.conversationState.createProperty('dialogs');
    this.#memory = options.conversationState.createProperty('memory');
    this.onMessage(async (context, next) => {
      const outcome = await runDialogs(options.dialog, context, this.#dialogState, this.#memory);
      if (outcome !== undefined) await this.#options.onOutcome?.(context, outcome);
      await next();
    });
    this.onMembersAdded(async (context, next) => {
      // The Emulator reports the bot as added, too, which must not cause a second greeting. Not every adapter names the bot.
      const { membersAdded = [], recipient }: Partial<Activity> = context.activity;
      if (membersAdded.some((member) => member.id !== recipient?.id)) await sendWelcome(context);
      await next();
    });
  }

  override async run(context: TurnContext): Promise<void> {
    await super.run(context);
    await this.#options.conversationState.saveChanges(context, false);
  }
}

/** The turn that has read an item. */
interface Turn {
  /** By the clock of its instance, in milliseconds. */
  begunAt: number;
  /** The eTag of the item as it was read; undefined when it was not stored. */
  eTag: string | undefined;
}

/** Options of the storage. */
export interface TurnOrderOptions {
  /** Wall clock in milliseconds; default: the machine's own. */
  now?: () => number;
  /** Called when the state of an overtaken turn is discarded. */
  onOvertaken?: () => void;
}

/**
 * Storage for a `ConversationState` whose turns may run at the same time: the state of the turn that began last is kept. The state
 * of an overtaken turn is discarded.
 *
 * A `ConversationState` alone would keep the state that is written last, because it writes with the eTag `*`. A check of eTags alone
 * would keep the state that is written first. Therefore an item is stored with the time at which its turn read it (`turnBegunAt`).
 * Two instances whose clocks differ by more than the time between their turns may confuse the order.
 */
export class TurnOrderStorage implements Storage {
  readonly #storage: Storage;
  readonly #now: () => number;
  readonly #onOvertaken: () => void;
  /** By the item that was read: a `BotState` writes the same object. */
  readonly #turns = new WeakMap<object, Turn>();

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
        // Another turn has written, or the storage fails: the next lines find out which.
      }
    }
    const { [key]: stored } = await this.#storage.read([key]);
    if (stored?.turnBegunAt > begunAt) return this.#onOvertaken();
    await write('*');
  }
}
