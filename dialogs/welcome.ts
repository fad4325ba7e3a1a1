import { say, textsOf } from './say.ts';
import type { TurnContext } from './sdk.ts';
import { sendCard } from './sendCard.ts';

/** Greets a customer who has just joined, and shows what there is (`help-v1`). */
export async function sendWelcome(context: TurnContext): Promise<void> {
  await say(context, textsOf(context).welcome);
  await sendCard(context, 'help-v1', {});
}
