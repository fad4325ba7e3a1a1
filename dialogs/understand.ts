import { memoryOf } from './contract.ts';
import { languageOf, type WrittenLanguage } from './languages.ts';
import { askingForNews } from './recognizer/embeddedRecognizer.ts';
import type { IntentName, IntentRecognizer, Recognized } from './recognizer/intentRecognizer.ts';
import { routeOf } from './recognizer/payloadRoutes.ts';
import type { TurnContext } from './sdk.ts';

/** The meaning of the customer's message, and whether the message is a click on a button (its payload). */
export interface Understood extends Recognized {
  clicked: boolean;
}

/**
 * Understands the message of this turn, and sets the turn's language to the customer's. Every recognizer shares the rules for clicks.
 *
 * A sentence about an order without a number means the order that was last found; "cancel it" means that order and not the dialog.
 */
export async function understand(context: TurnContext, recognizer: IntentRecognizer): Promise<Understood> {
  const text = context.activity.text ?? '';
  const route = routeOf(text);
  if (route !== undefined) {
    speak(context);
    return { ...route, clicked: true };
  }
  const recognized = await recognizer.recognize(text, context.activity.locale ?? 'en');
  speak(context, recognized.language ?? languageOf(text));
  return { ...withOrder(text, recognized, memoryOf(context).orderId), clicked: false };
}

/** Sets the language of the turn: the one in which the customer clearly writes, else the channel's, else a guess. */
function speak(context: TurnContext, written?: WrittenLanguage): void {
  const { activity } = context;
  const memory = memoryOf(context);
  const isGuess = !activity.locale && memory.language === undefined;
  if (written !== undefined && (written.isClear || isGuess)) memory.language = written.tag;
  const { language } = memory;
  if (language === undefined) return;
  // The channel's locale of the same language is kept: it has the region, too.
  const isSame = activity.locale?.toLowerCase().split(/[-_]/)[0] === language.toLowerCase().split(/[-_]/)[0];
  if (!isSame) activity.locale = language;
}

const aboutOrders: readonly IntentName[] = ['orderStatus', 'orderConfirmation', 'cancelOrder', 'returns'];
const cancelling =
  /(?<!\p{L})(?:cancel\p{L}*|cancle|get rid of|call off|stornier\p{L}*|storno|widerruf\p{L}*|revoke|abbestell\p{L}*)/iu;
const pointing =
  /(?<!\p{L})(?:it|this|that|these|those|one|order|purchase|sie|es|die|das|den|diese[nrs]?|bestellung|auftrag|kauf)(?!\p{L})/iu;
const another = /(?<!\p{L})(?:an?other|other|different|andere[nrs]?|weitere[nrs]?|zweite[nrs]?)(?!\p{L})/iu;

function withOrder(text: string, recognized: Recognized, remembered: string | undefined): Recognized {
  const { intent, score, entities, ...more } = recognized;
  const isNamed = entities.orderId !== undefined;
  const meant =
    isNamed || (remembered !== undefined && pointing.test(text))
      ? meantForOrder(intent, text, isNamed, isNamed && remembered !== undefined)
      : intent;
  if (isNamed || remembered === undefined || !aboutOrders.includes(meant) || another.test(text))
    return { intent: meant, score, entities, ...more };
  return { intent: meant, score, entities: { ...entities, orderId: remembered }, ...more };
}

/** The intent of a sentence that names or means an order. A customer who has just seen one and names another wants to see it. */
function meantForOrder(intent: IntentName, text: string, isNamed: boolean, isAnother: boolean): IntentName {
  if (intent !== 'none' && intent !== 'cancel') return intent;
  if (cancelling.test(text) || (intent === 'cancel' && isNamed)) return 'cancelOrder';
  const wantsNews = isAnother || askingForNews.test(text);
  return intent === 'none' && text.length < 60 && wantsNews ? 'orderStatus' : intent;
}
