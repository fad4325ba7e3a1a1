import { type CreateDialog, createOutcome } from '../contract.ts';
import { say, textsOf } from '../say.ts';
import { Dialog, type DialogContext, type DialogTurnResult, EventFactory } from '../sdk.ts';
import { texts as own } from './texts.ts';

/** Hands the conversation to a person: says so, then sends the Bot Framework's `handoff.initiate` event. */
class HandoffDialog extends Dialog {
  constructor() {
    super('handoff');
  }

  override async beginDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const texts = textsOf(dc.context, own);
    const reason = 'customerRequest';
    await say(dc.context, texts.handoff);
    const value = { intent: 'handoff', reason, language: texts.locale };
    await dc.context.sendActivity(EventFactory.createHandoffInitiation(dc.context, value));
    return dc.endDialog(createOutcome('handoff', 'handedOff', {}, { reason }));
  }
}

/** Makes the dialog of the intent `handoff`. */
export const createHandoff: CreateDialog = () => new HandoffDialog();
