import {
  type Activity,
  ActivityHandler,
  type ConversationState,
  type StatePropertyAccessor,
  type TurnContext,
} from 'botbuilder';
import type { Dialog, DialogState } from 'botbuilder-dialogs';
import type { DialogOutcome, Memory } from '../../dialogs/contract.ts';
import { runDialogs, sendWelcome } from '../../dialogs/runDialogs.ts';

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
