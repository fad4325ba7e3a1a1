import type { Memory } from './memory.ts';
import { lendMemory } from './memory.ts';
import type { DialogOutcome } from './outcome.ts';
import { sayInOtherWords } from './sayInOtherWords.ts';
import {
  BotTelemetryClientKey,
  type Dialog,
  DialogContextError,
  DialogSet,
  type DialogState,
  DialogTurnStatus,
  type StatePropertyAccessor,
  type TurnContext,
} from './sdk.ts';

/**
 * Runs one turn of the main dialog; answers its outcome if it ended in this turn.
 *
 * Like botbuilder's `runDialog`, which keeps the outcome to itself and sends a trace activity each turn. What a dialog throws
 * comes out as it was thrown: botbuilder wraps it into an error of its own, and its code would be lost. Give `memory` a property
 * of the conversation's state: without one the order that was just shown is forgotten with the turn, and texts repeat.
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
  dialogs.telemetryClient = context.turnState.get(BotTelemetryClientKey) ?? main.telemetryClient;
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
