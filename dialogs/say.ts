import type { Activity, TurnContext } from 'botbuilder';
import { ActivityTypes, InputHints, MessageFactory } from 'botbuilder';
import type { Texts } from './texts/texts.ts';
import { textsFor } from './texts/texts.ts';

/** The texts in the language of the customer's message. */
export function textsOf(context: TurnContext): Texts {
  return textsFor(context.activity.locale);
}

/** A message of plain text (never Markdown), with suggested answers if there are any. */
export function message(text: string, answers: readonly string[] = []): Partial<Activity> {
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
  await context.sendActivity(message(text));
}
