import { cardAttachment, type TemplateFields, type TemplateId } from '../cards/cardRequest.ts';
import { codeOf } from '../cards/errors.ts';
import { localeOf } from '../cards/locale.ts';
import { allWishes } from './allWishes.ts';
import type { Memory } from './contract.ts';
import { chooseLanguage, type Texts, type Translated, textsFor } from './languages.ts';
import { type Activity, ActivityTypes, InputHints, MessageFactory, type TurnContext } from './sdk.ts';
import type { DialogTexts, Wish } from './wish.ts';

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

/**
 * Sends a card: a template by its address, such as `order-status-v1`, and its fields. Returns false when the card is refused
 * (template.*, card.*, genesys.*, store.full); the customer then reads a sentence that offers a person. Throws other errors.
 *
 * The locale is that of the customer's message; an invalid one is left out.
 */
export async function sendCard<T extends TemplateId>(
  context: TurnContext,
  templateId: T,
  fields: TemplateFields<T>,
): Promise<boolean> {
  const locale = localeOf(context.activity);
  try {
    await context.sendActivity(MessageFactory.attachment(cardAttachment(templateId, fields, { locale })));
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await say(context, textsOf(context).cardRefused);
    return false;
  }
}

function isRefusal(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (code === 'store.full' || /^(template|card|genesys)\./.test(code));
}

const remembered = 8;

/** Replaces texts of this turn that were said shortly before by other words. */
export function sayInOtherWords(context: TurnContext, memory: Memory): void {
  context.onSendActivities(async (_, activities, send) => {
    for (const activity of activities) {
      if (activity.type !== ActivityTypes.Message || !activity.text) continue;
      activity.text = sayDifferently(activity.text, memory.said ?? [], textsOf(context));
      memory.said = [...(memory.said ?? []), activity.text].slice(-remembered);
    }
    return send();
  });
}

/** Returns the text, or other words for it when it was said before; when all were said, the words that were said longest ago. */
export function sayDifferently(text: string, said: readonly string[], texts: Texts): string {
  const wishes: readonly Wish[] = allWishes;
  const language = chooseLanguage(texts.locale);
  const all: (DialogTexts | undefined)[] = [texts, ...wishes.map((wish) => wish.texts?.[language])];
  const own = all.flatMap((spoken) =>
    Object.entries(spoken?.again ?? {}).flatMap(([name, ways]) => (spoken?.[name] === text ? ways : [])),
  );
  const ways = [text, ...own, ...texts.onceMore.map((beginning) => `${beginning}${text}`)];
  const age = (way: string) => said.lastIndexOf(way);
  return ways.reduce((best, way) => (age(way) < age(best) ? way : best));
}
