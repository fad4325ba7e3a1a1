import type { StatePropertyAccessor, TurnContext } from 'botbuilder';
import { BotTelemetryClientKey } from 'botbuilder';
import type { Dialog, DialogState } from 'botbuilder-dialogs';
import { DialogSet, DialogTurnStatus } from 'botbuilder-dialogs';
import type { DialogOutcome } from './outcome.ts';

/**
 * Runs one turn of the main dialog; answers its outcome if it ended in this turn.
 *
 * Like botbuilder's `runDialog`, which keeps the outcome to itself and sends a trace activity each turn.
 */
export async function runDialogs(
  main: Dialog,
  context: TurnContext,
  state: StatePropertyAccessor<DialogState>,
): Promise<DialogOutcome | undefined> {
  const dialogs = new DialogSet(state);
  dialogs.telemetryClient = context.turnState.get(BotTelemetryClientKey) ?? main.telemetryClient;
  dialogs.add(main);
  const dc = await dialogs.createContext(context);
  const continued = await dc.continueDialog();
  const turn = continued.status === DialogTurnStatus.empty ? await dc.beginDialog(main.id) : continued;
  return turn.status === DialogTurnStatus.complete ? turn.result : undefined;
}
