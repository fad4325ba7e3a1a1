import { type DialogOutcome, lendMemory, type Memory } from './contract.ts';
import { say, sayInOtherWords, sendCard, textsOf } from './say.ts';
import {
  type Dialog,
  DialogContextError,
  DialogSet,
  type DialogState,
  DialogTurnStatus,
  type StatePropertyAccessor,
  type TurnContext,
} from './sdk.ts';

/**
 * Runs one turn of the main dialog; returns its outcome if it ended in this turn.
 *
 * Unlike botbuilder's `runDialog` it returns the outcome, sends no trace activity, and throws a dialog's error unwrapped, with its
 * code. `memory` is a property of the conversation's state. Without it the bot forgets the order that it just showed, and repeats
 * its texts.
 */
export async function runDialogs(
  main: Dialog,
  context: TurnContext,
  state: StatePropertyAccessor<DialogState>,
  memory?: StatePropertyAccessor<Memory>,
): Promise<DialogOutcome | undefined> {
  if (memory !== undefined) {
    const remembered = await memory.get(context, {});
    lendMemory(context, remembered);
    sayInOtherWords(context, remembered);
  }
  const dialogs = new DialogSet(state);
  dialogs.add(main);
  const dc = await dialogs.createContext(context);
  try {
    const continued = await dc.continueDialog();
    const turn = continued.status === DialogTurnStatus.empty ? await dc.beginDialog(main.id) : continued;
    return turn.status === DialogTurnStatus.complete ? turn.result : undefined;
  } catch (error) {
    throw error instanceof DialogContextError && error.error instanceof Error ? error.error : error;
  }
}

/** Greets a customer who has just joined, and shows what the bot can do (`help-v1`). */
export async function sendWelcome(context: TurnContext): Promise<void> {
  await say(context, textsOf(context).welcome);
  await sendCard(context, 'help-v1', {});
}
