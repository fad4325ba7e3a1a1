import { type Activity, ActivityTypes, InputHints, MessageFactory, type TurnContext } from './sdk.ts';
import { chooseLanguage, type Texts, type Translated, textsFor } from './texts/texts.ts';

/** The texts in the language of the customer's message: the shared ones, and those of one dialog if it has any. */
export function textsOf(context: TurnContext): Texts;
export function textsOf<T>(context: TurnContext, own: Translated<T>): Omit<Texts, 'again'> & T;
export function textsOf(context: TurnContext, own?: Translated<object>): object {
  const { locale } = context.activity;
  return { ...textsFor(locale), ...own?.[chooseLanguage(locale)] };
}

/** A message of plain text (never Markdown), with suggested answers if there are any. */
export function createMessage(text: string, answers: readonly string[] = []): Partial<Activity> {
  return {
    ...(answers.length > 0 && MessageFactory.suggestedActions([...answers])),
    type: ActivityTypes.Message,
    text,
    textFormat: 'plain',
    inputHint: InputHints.AcceptingInput,
  };
}

/** Says one plain sentence. */
export async function say(context: TurnContext, text: string): Promise<void> {
  await context.sendActivity(createMessage(text));
}
