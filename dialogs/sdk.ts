/** The parts of the Bot Framework SDK that the dialogs use. No other file of the dialogs imports the SDK. */
export {
  ActionTypes,
  type Activity,
  ActivityTypes,
  EventFactory,
  InputHints,
  MessageFactory,
  type StatePropertyAccessor,
  type TurnContext,
} from 'botbuilder';
export type {
  DialogContext,
  DialogInstance,
  DialogState,
  DialogTurnResult,
  PromptOptions,
  WaterfallStepContext,
} from 'botbuilder-dialogs';
// Each part comes from its own file: the index of the package loads readers of dates, numbers and choices in all languages, 5 MB
// of source and 18 MiB of memory, which no dialog here uses. A prompt of the SDK loads those of numbers (`prompts.ts`).
export { ComponentDialog } from 'botbuilder-dialogs/lib/componentDialog.js';
export { Dialog, DialogTurnStatus } from 'botbuilder-dialogs/lib/dialog.js';
export { DialogContextError } from 'botbuilder-dialogs/lib/dialogContextError.js';
export { DialogSet } from 'botbuilder-dialogs/lib/dialogSet.js';
export { WaterfallDialog } from 'botbuilder-dialogs/lib/waterfallDialog.js';
