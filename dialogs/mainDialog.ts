import type { DialogContext, DialogTurnResult } from 'botbuilder-dialogs';
import { ComponentDialog, Dialog, DialogTurnStatus } from 'botbuilder-dialogs';
import { outcome, Redirect } from './outcome.ts';
import type { IntentRecognizer, Recognized } from './recognizer/intentRecognizer.ts';
import { say, textsOf } from './say.ts';
import { sendCard } from './sendCard.ts';
import { understand } from './understand.ts';

const misunderstandingsToSupport = 3;

/**
 * Understands the customer and runs the dialog for it: the child dialog whose id is the intent.
 *
 * Ends with the child's `DialogOutcome`. It waits for the next message after help, after "cancel" with nothing to
 * cancel, and after a misunderstanding; the third one in a row leads to support. One telemetry event a decision:
 * `IntentRecognized` {intent, score}.
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
    const { intent, score, entities } = recognized;
    this.telemetryClient.trackEvent({ name: 'IntentRecognized', properties: { intent }, metrics: { score } });
    if (intent === 'none') return this.#notUnderstood(innerDC);
    stateOf(innerDC).misunderstood = 0;
    const { context } = innerDC;
    if (intent === 'help') {
      await sendCard(context, 'help-v1', {});
      return Dialog.EndOfTurn;
    }
    if (intent === 'cancel') {
      await say(context, textsOf(context).nothingToStop);
      return Dialog.EndOfTurn;
    }
    if (intent === 'thanks') {
      await say(context, textsOf(context).thanks);
      return { status: DialogTurnStatus.complete, result: outcome('thanks', 'said') };
    }
    const options = reason === undefined ? entities : { ...entities, reason };
    return this.#follow(innerDC, await innerDC.beginDialog(intent, options));
  }

  async #follow(innerDC: DialogContext, turn: DialogTurnResult): Promise<DialogTurnResult> {
    return turn.result instanceof Redirect ? this.#route(innerDC, turn.result.to, turn.result.reason) : turn;
  }

  async #notUnderstood(innerDC: DialogContext): Promise<DialogTurnResult> {
    const { context } = innerDC;
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
}

/** What this dialog keeps between turns: it lies with its instance on the stack of its parent. */
function stateOf(innerDC: DialogContext): MainState {
  return innerDC.parent?.activeDialog?.state ?? {};
}
