import { createOutcome, type DialogOutcome, lendMemory, type Memory, Redirect } from '../contract.ts';
import { type OrderChoiceOptions, orderChoiceId, orderUnknown } from '../orderChoice/dialog.ts';
import type { IntentName, IntentRecognizer, Recognized } from '../recognizer/intentRecognizer.ts';
import { say, sayInOtherWords, sendCard, textsOf } from '../say.ts';
import {
  ComponentDialog,
  Dialog,
  type DialogContext,
  DialogContextError,
  DialogSet,
  type DialogState,
  type DialogTurnResult,
  DialogTurnStatus,
  type StatePropertyAccessor,
  type TurnContext,
} from '../sdk.ts';
import { understand } from '../understand.ts';

const misunderstandingsToSupport = 3;

/**
 * Understands the customer and runs the dialog for it: the child dialog whose id is the intent.
 *
 * Ends with the child's `DialogOutcome`. If a sentence has several wishes, their dialogs run one after the other; the outcome is that
 * of the last. It answers help, a greeting, "who are you" and "cancel" with nothing to cancel itself, and waits for the next
 * message. After a misunderstanding that names an order it asks what to do with the order; the third other one in a row
 * leads to support. Each decision is a telemetry event: `IntentRecognized` {intent, score}.
 */
export class MainDialog extends ComponentDialog {
  readonly #recognizer: IntentRecognizer;

  constructor(recognizer: IntentRecognizer, children: readonly Dialog[]) {
    super('main');
    this.#recognizer = recognizer;
    for (const child of children) this.addDialog(child);
  }

  protected override async onBeginDialog(innerDC: DialogContext): Promise<DialogTurnResult> {
    return this.#route(innerDC, await understand(innerDC.context, this.#recognizer));
  }

  protected override async onContinueDialog(innerDC: DialogContext): Promise<DialogTurnResult> {
    if (innerDC.activeDialog === undefined) return this.onBeginDialog(innerDC);
    return this.#follow(innerDC, await innerDC.continueDialog());
  }

  async #route(innerDC: DialogContext, recognized: Recognized, reason?: string): Promise<DialogTurnResult> {
    stateOf(innerDC).wishes = [...(recognized.further ?? [])];
    return this.#begin(innerDC, recognized, reason);
  }

  async #begin(innerDC: DialogContext, recognized: Recognized, reason?: string): Promise<DialogTurnResult> {
    const { intent, score, entities } = recognized;
    this.telemetryClient.trackEvent({ name: 'IntentRecognized', properties: { intent }, metrics: { score } });
    if (intent === 'none') return this.#notUnderstood(innerDC, entities);
    stateOf(innerDC).misunderstood = 0;
    const { context } = innerDC;
    const texts = textsOf(context);
    const asides: Partial<Record<IntentName, string>> = {
      help: '',
      greeting: texts.greeting,
      identity: texts.identity,
      cancel: texts.nothingToStop,
    };
    const aside = asides[intent];
    if (aside !== undefined) {
      if (aside !== '') await say(context, aside);
      if (intent === 'help' || intent === 'greeting') await sendCard(context, 'help-v1', {});
      return Dialog.EndOfTurn;
    }
    if (intent === 'returns') {
      await say(context, texts.returns);
      return this.#begin(innerDC, { intent: 'contactSupport', score, entities }, 'returns');
    }
    if (intent === 'thanks') {
      await say(context, texts.thanks);
      return { status: DialogTurnStatus.complete, result: createOutcome('thanks', 'said') };
    }
    const options = reason === undefined ? entities : { ...entities, reason };
    return this.#follow(innerDC, await innerDC.beginDialog(intent, options));
  }

  async #follow(innerDC: DialogContext, turn: DialogTurnResult): Promise<DialogTurnResult> {
    const { status, result } = turn;
    if (result instanceof Redirect) return this.#route(innerDC, result.to, result.reason);
    if (result === orderUnknown) return this.#notUnderstood(innerDC);
    if (status !== DialogTurnStatus.complete) return turn;
    const [next, ...rest] = result?.intent === 'cancel' ? [] : (stateOf(innerDC).wishes ?? []);
    if (next === undefined) return turn;
    stateOf(innerDC).wishes = [...(next.further ?? []), ...rest];
    return this.#begin(innerDC, next);
  }

  async #notUnderstood(
    innerDC: DialogContext,
    { orderId }: Partial<OrderChoiceOptions> = {},
  ): Promise<DialogTurnResult> {
    const { context } = innerDC;
    if (orderId !== undefined)
      return this.#follow(innerDC, await innerDC.beginDialog(orderChoiceId, { orderId }));
    const texts = textsOf(context);
    const count = (stateOf(innerDC).misunderstood ?? 0) + 1;
    if (count >= misunderstandingsToSupport) {
      await say(context, texts.stillNotUnderstood);
      const { to, reason } = Redirect.toSupport('notUnderstood');
      return this.#route(innerDC, to, reason);
    }
    stateOf(innerDC).misunderstood = count;
    await say(context, texts.notUnderstood);
    await sendCard(context, 'help-v1', {});
    return Dialog.EndOfTurn;
  }
}

interface MainState {
  /** Misunderstandings in a row. */
  misunderstood?: number;
  /** Further wishes of the last sentence. */
  wishes?: Recognized[];
}

/** The state of this dialog between turns, which its instance on the stack of the parent keeps. */
function stateOf(innerDC: DialogContext): MainState {
  return innerDC.parent?.activeDialog?.state ?? {};
}

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
