import { allWishes } from './allWishes.ts';
import type { Memory } from './memory.ts';
import { textsOf } from './say.ts';
import { ActivityTypes, type TurnContext } from './sdk.ts';
import { chooseLanguage, type Texts } from './texts/texts.ts';
import type { DialogTexts, Wish } from './wish.ts';

const remembered = 8;

/** Sees to it that the texts of this turn differ from those that were said shortly before. */
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

/** The text, or other words for it when it was said before; when all were, those that were said longest ago. */
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
