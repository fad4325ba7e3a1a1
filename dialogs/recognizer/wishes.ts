import type { IntentName, Recognized } from './intentRecognizer.ts';
import { findOrderIds } from './orderNumber.ts';

/** A text's intent and how sure that is. */
export type Placed = Pick<Recognized, 'intent' | 'score'>;

/** Words that ask for news of an order. */
export const askingForNews = /(?<!\p{L})(?:where|when|status|wo|wann|track|news|neues)(?!\p{L})/iu;

// A part of a sentence must be surer: two wishes from one are worse than one from two.
const threshold = 0.55;
const charactersSplit = 200;
const ordersLimit = 5;
const joints =
  /(?<!(?<!\p{L})(?:no|nr|num|best))\.|[;!?,]|(?<!\p{L})(?:and|und|also|außerdem|sowie|then|dann|plus)(?!\p{L})/iu;
const onlyNumber =
  /^(?:[\s#-]|\d|(?<!\p{L})(?:orders?|ord|bestellung(?:en)?|number|nummer|nr|no|please|bitte|the|my|die|meine)(?!\p{L}))*$/iu;
const wishable: ReadonlySet<IntentName> = new Set([
  'orderStatus',
  'orderConfirmation',
  'cancelOrder',
  'productOffers',
  'returns',
  'contactSupport',
]);
const aboutOrders: ReadonlySet<IntentName> = new Set(['orderConfirmation', 'cancelOrder', 'returns']);

interface Wish extends Placed {
  orderIds: readonly string[];
  text: string;
}

/**
 * Reads what a sentence wants, part by part; `read` finds the intent of a text. An order
 * that is not to be cancelled is looked at.
 *
 * A sentence of one wish is read as a whole. Of several the first is the answer and the others are its `further`, in their order,
 * but a person comes first, who needs no answer. A wish without an order means the one order of the sentence. A sentence of
 * more than 200 characters is a story, and one wish.
 */
export function readWishes(given: string, read: (text: string) => Placed): Recognized {
  const sentence = withoutExcluded(given);
  const place = (text: string): Placed => (isKept(text) ? { intent: 'orderStatus', score: 1 } : read(text));
  const orderIds = findOrderIds(sentence);
  const [first, ...others] = shareOrder(wishesIn(sentence, place), orderIds);
  if (first === undefined) return addOrderIds(place(sentence), orderIds);
  if (others.length === 0) return addOrderIds(first, orderIds);
  const { further = [], ...main } = addOrderIds(first, first.orderIds);
  return { ...main, further: [...further, ...others.map((other) => addOrderIds(other, other.orderIds))] };
}

const cancelWords = 'cancel(?:led|ling)?|storn(?:o|ier(?:e|en|t)?)|widerruf(?:e|en)?';
const denied = new RegExp(
  `(?<!\\p{L})(?:(?:don['’]?t|do not|never|please not) (?:want to |want you to |please )?(?:${cancelWords})|` +
    `(?:nicht|niemals|auf keinen fall) (?:zu |mehr )?(?:${cancelWords})|` +
    `(?:${cancelWords})(?: (?:sie|es|das|die|bitte|bestellung|\\d+)){0,3} (?:nicht|niemals)(?! \\d))(?!\\p{L})`,
  'iu',
);
const asksWhether =
  /(?<!\p{L})(?:is|was|been|got|why|ist|wurde|wird|wieso|warum)(?: [\p{L}\d]+){0,3} (?:cancell?ed|storniert)(?!\p{L})|(?<!\p{L})(?:did not|didn['’]?t|never) cancel(?!\p{L})/iu;
const asksWhy = /(?<!\p{L})(?:why|warum|wieso|weshalb|can|could|kann|können|darf)(?!\p{L})/iu;

const excluded =
  /(?<!\p{L})(?:but )?(?:not|nicht)(?: (?:order|number|the|bestellung|nummer|die)){0,2} ?#?\d{3,12}(?![\p{L}\d])/giu;

/** "Cancel 54321, not 12345": an order that is not meant is not spoken of, where another one is. */
function withoutExcluded(sentence: string): string {
  const rest = sentence.replace(excluded, '');
  return rest !== sentence && findOrderIds(rest).length > 0 ? rest : sentence;
}

/** Says whether a sentence asks not to cancel, or whether it was: "don't cancel it", "bitte nicht stornieren", "is it cancelled". */
function isKept(sentence: string): boolean {
  return asksWhether.test(sentence) || (denied.test(sentence) && !asksWhy.test(sentence));
}

/** The different wishes of a sentence; none when it has one only. */
function wishesIn(sentence: string, place: (text: string) => Placed): Wish[] {
  if (sentence.length > charactersSplit) return [];
  const wishes = new Map<IntentName, Wish>();
  for (const text of partsOf(sentence)) {
    const placed = place(text);
    if (!wishable.has(placed.intent) || placed.score < threshold || wishes.has(placed.intent)) continue;
    wishes.set(placed.intent, { ...placed, text, orderIds: findOrderIds(text) });
  }
  if (wishes.size < 2) return [];
  const rank = ({ intent }: Placed) => (intent === 'contactSupport' ? 0 : 1);
  return [...wishes.values()].sort((a, b) => rank(a) - rank(b));
}

/** The parts of a sentence; a number alone goes on with the part before it: *cancel 12345 and 54321*. */
function partsOf(sentence: string): string[] {
  const parts: string[] = [];
  for (const part of sentence.split(joints)) {
    const before = onlyNumber.test(part) ? parts.pop() : undefined;
    parts.push(before === undefined ? part : `${before}, ${part}`);
  }
  return parts;
}

/** "Order 12345, please cancel": the part that only names the order is no wish of its own. */
function shareOrder(wishes: readonly Wish[], orderIds: readonly string[]): readonly Wish[] {
  const isShared = ({ intent, orderIds: own }: Wish) => aboutOrders.has(intent) && own.length === 0;
  if (orderIds.length !== 1 || !wishes.some(isShared)) return wishes;
  return wishes
    .filter(({ intent, text }) => intent !== 'orderStatus' || askingForNews.test(text))
    .map((wish) => (isShared(wish) ? { ...wish, orderIds } : wish));
}

/** The intent for the first order of at most five; for the others it comes after. */
export function addOrderIds({ intent, score }: Placed, orderIds: readonly string[]): Recognized {
  const [first, ...others] = orderIds
    .slice(0, ordersLimit)
    .map((orderId) => ({ intent, score, entities: { orderId } }));
  return { ...(first ?? { intent, score, entities: {} }), ...(others.length > 0 && { further: others }) };
}
