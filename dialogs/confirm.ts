import type { Activity } from 'botbuilder';
import type { PromptOptions } from 'botbuilder-dialogs';
import { TextPrompt } from 'botbuilder-dialogs';
import { message } from './say.ts';
import type { Texts } from './texts/texts.ts';

/** The id of the yes-or-no prompt in the dialogs that have one. */
export const confirmPromptId = 'confirm';

const answersAllowed = 3;

const yes = words('yes yeah yep yup sure ok okay ja jo jep jawohl klar gern gerne natürlich sicher okey');
const no = words('no nope nah not dont nein nee nö nicht keinesfalls');
const filler = words(
  'please do it that this the my order cancel buy of course i want to really thanks thank you now with ' +
    'bitte die das es den meine bestellung stornieren storniere bestellen kaufen ich möchte will wirklich danke jetzt doch auf jeden fall lieber',
);

/**
 * Reads a yes or a no, in English and German; undefined for anything else.
 *
 * Strict, because a yes changes an order: every word must belong to such an answer, and a text with both is neither.
 */
export function yesOrNo(text: string): boolean | undefined {
  const found = text
    .slice(0, 100)
    .toLowerCase()
    .replace(/['’]/g, '')
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
  if (!found.every((word) => yes.has(word) || no.has(word) || filler.has(word))) return undefined;
  const [agrees, refuses] = [found.some((word) => yes.has(word)), found.some((word) => no.has(word))];
  return agrees === refuses ? undefined : agrees;
}

/** A prompt for a yes or a no; after two retries it takes any answer, which `yesOrNo` then reads as undefined. */
export function confirmPrompt(): TextPrompt {
  return new TextPrompt(
    confirmPromptId,
    async ({ context, attemptCount }) =>
      yesOrNo(context.activity.text ?? '') !== undefined || attemptCount >= answersAllowed,
  );
}

/** The question of a confirm prompt, with Yes and No as suggested answers. */
export function confirmQuestion(question: string, texts: Texts): PromptOptions {
  const ask = (text: string): Partial<Activity> => message(text, [texts.yes, texts.no]);
  return { prompt: ask(question), retryPrompt: ask(`${texts.yesOrNo} ${question}`) };
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
