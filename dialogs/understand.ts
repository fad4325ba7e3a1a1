import type { TurnContext } from 'botbuilder';
import type { IntentRecognizer, Recognized } from './recognizer/intentRecognizer.ts';
import { routeOf } from './recognizer/payloadRoutes.ts';

/** What the customer's message means, and whether it is a click on a button of ours (its payload). */
export interface Understood extends Recognized {
  clicked: boolean;
}

/** Understands the message of this turn. Clicks are read by rule, whatever recognizer there is. */
export async function understand(context: TurnContext, recognizer: IntentRecognizer): Promise<Understood> {
  const text = context.activity.text ?? '';
  const route = routeOf(text);
  if (route !== undefined) return { ...route, clicked: true };
  const recognized = await recognizer.recognize(text, context.activity.locale ?? 'en');
  return { ...recognized, clicked: false };
}
