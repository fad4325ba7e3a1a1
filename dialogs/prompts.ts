import type { Texts } from './languages.ts';
import { createMessage } from './say.ts';
import {
  type Activity,
  ActivityTypes,
  Dialog,
  type DialogContext,
  type DialogInstance,
  type DialogTurnResult,
  type PromptOptions,
  type TurnContext,
} from './sdk.ts';

/** Whether a text answers the question; `attempt` counts the answers so far, this one included. */
type AnswerCheck = (text: string, attempt: number) => boolean;

/** The state of a question in the conversation's state; it has the shape of the SDK's own prompts. */
interface PromptState {
  options: PromptOptions;
  state: { attemptCount?: number };
}

/**
 * Asks a question, and ends with the text of the first message that answers it. The SDK's own prompt does the same, but loads
 * 1.2 MB of source for numbers in nine languages.
 */
export class TextPrompt extends Dialog {
  readonly #isAnswer: AnswerCheck;

  /** @param isAnswer default: every text that is not empty */
  constructor(id: string, isAnswer: AnswerCheck = (text) => text !== '') {
    super(id);
    this.#isAnswer = isAnswer;
  }

  override async beginDialog(dialog: DialogContext, options: PromptOptions): Promise<DialogTurnResult> {
    const asked: PromptState = { options, state: {} };
    if (dialog.activeDialog !== undefined) dialog.activeDialog.state = asked;
    await ask(dialog.context, options.prompt);
    return Dialog.EndOfTurn;
  }

  override async continueDialog(dialog: DialogContext): Promise<DialogTurnResult> {
    const { type, text = '' } = dialog.context.activity;
    // Written by `beginDialog`, in this turn or one before.
    const asked: PromptState | undefined = dialog.activeDialog?.state;
    if (type !== ActivityTypes.Message || asked === undefined) return Dialog.EndOfTurn;
    const { options, state } = asked;
    state.attemptCount = (state.attemptCount ?? 0) + 1;
    if (this.#isAnswer(text, state.attemptCount)) return dialog.endDialog(text);
    if (!dialog.context.responded) await ask(dialog.context, options.retryPrompt ?? options.prompt);
    return Dialog.EndOfTurn;
  }

  override async resumeDialog(dialog: DialogContext): Promise<DialogTurnResult> {
    if (dialog.activeDialog !== undefined) await this.repromptDialog(dialog.context, dialog.activeDialog);
    return Dialog.EndOfTurn;
  }

  override async repromptDialog(context: TurnContext, instance: DialogInstance): Promise<void> {
    const { options }: PromptState = instance.state;
    await ask(context, options.prompt);
  }
}

async function ask(context: TurnContext, prompt: PromptOptions['prompt']): Promise<void> {
  if (typeof prompt === 'string') await context.sendActivity(prompt, undefined, 'expectingInput');
  else if (prompt !== undefined) await context.sendActivity({ inputHint: 'expectingInput', ...prompt });
}

/** The id of the yes-or-no prompt in the dialogs that have one. */
export const confirmPromptId = 'confirm';

const answersAllowed = 3;

const yes = listWords(
  'y yes yess yeah yea yep yup ya aye mhm sure ok okay okey k right correct exactly absolutely definitely certainly agreed fine yesplease ' +
    'j ja jo joa jou jep jepp jup jawohl jawoll klar gern gerne natürlich sicher sicherlich genau richtig unbedingt selbstverständlich einverstanden passt',
);
const no = listWords(
  'n no nope nah not dont never nein nee ne nö nicht nie niemals keinesfalls keineswegs nay na',
);
const filler = listWords(
  'please do it that this the my order cancel buy i want to would like really thanks thank you now with lets number ' +
    'bitte die das es sie den meine bestellung stornieren storniere bestellen bestelle kaufen ich möchte will wirklich danke jetzt doch ' +
    'dann eh halt scho schon mal aber lieber so mach machen nummer',
);

/** Answers of several words, which are read before single words. A no comes before the yes that it contains. */
const phrases: readonly (readonly [phrase: RegExp, meaning: string])[] = [
  [
    createPhrasePattern(
      '(?:of course|certainly|absolutely|definitely|sure(?:ly)?|natürlich|sicher|klar|selbstverständlich) (?:not|nicht)',
    ),
    'no',
  ],
  [
    createPhrasePattern(
      '(?:auf (?:gar )?kein(?:en)? fall|unter keinen umständen|no way|not at all|bloß nicht|lieber nicht|besser nicht|rather not|better not)',
    ),
    'no',
  ],
  [
    createPhrasePattern(
      '(?:leave it|leave it be|let it be|keep it|lass(?: es)?(?: mal)?(?: gut)?(?: sein)?|behalten?)',
    ),
    'no',
  ],
  [createPhrasePattern('(?:why not|warum nicht|wieso nicht|no problem|kein problem|no doubt)'), 'yes'],
  [
    createPhrasePattern(
      '(?:of course|by all means|go ahead|go for it|do it|sounds good|for sure|in ordnung|auf jeden fall|na klar|aber klar|na gut|mach(?:en sie)? das|nur zu|na sicher)',
    ),
    'yes',
  ],
];
const yesSign = /\p{RI}|[👍👌✅✔☑🆗🙏💯🙋]/gu;
const noSign = /[👎❌✖🚫⛔🙅✋]/gu;

/**
 * Reads a yes or a no, in English and German, also as a letter (`y`, `j`, `n`) or a sign (👍); undefined for anything else.
 *
 * Strict, because a yes changes an order: every word must belong to such an answer, and a text with both is undefined.
 */
export function readYesOrNo(text: string): boolean | undefined {
  const answer = text.slice(0, 100).toLowerCase().replace(noSign, ' no ').replace(yesSign, ' yes ');
  const plain = ` ${
    answer
      .replace(/['’´`]/g, '')
      .match(/[\p{L}]+/gu)
      ?.join(' ') ?? ''
  } `;
  const read = phrases.reduce((rest, [phrase, meaning]) => rest.replace(phrase, ` ${meaning} `), plain);
  const found = read
    .split(' ')
    .filter((word) => word !== '')
    .map(withoutEcho);
  if (!found.every((word) => yes.has(word) || no.has(word) || filler.has(word))) return undefined;
  const [agrees, refuses] = [found.some((word) => yes.has(word)), found.some((word) => no.has(word))];
  return agrees === refuses ? undefined : agrees;
}

/** `yesss` is `yes`, `jaaa` is `ja`. */
function withoutEcho(word: string): string {
  if (yes.has(word) || no.has(word) || filler.has(word)) return word;
  let end = word.length;
  while (end > 1 && word[end - 2] === word[end - 1]) end -= 1;
  return word.slice(0, end);
}

function createPhrasePattern(words: string): RegExp {
  return new RegExp(`(?<= )${words}(?= )`, 'gu');
}

/** A prompt for a yes or a no. After two retries it accepts any answer, for which `readYesOrNo` returns undefined. */
export function createConfirmPrompt(): TextPrompt {
  return new TextPrompt(
    confirmPromptId,
    (text, attempt) => readYesOrNo(text) !== undefined || attempt >= answersAllowed,
  );
}

/** The question of a confirm prompt, with Yes and No as suggested answers. */
export function askToConfirm(question: string, texts: Pick<Texts, 'yes' | 'no' | 'yesOrNo'>): PromptOptions {
  const ask = (text: string): Partial<Activity> => createMessage(text, [texts.yes, texts.no]);
  return { prompt: ask(question), retryPrompt: ask(`${texts.yesOrNo} ${question}`) };
}

function listWords(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
