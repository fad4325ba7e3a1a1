import { createIntentModel, type IntentModel, type IntentWeights } from './intentModel.ts';
import { type IntentName, type IntentRecognizer, intentNames, type Recognized } from './intentRecognizer.ts';
import trained from './intentWeights.json' with { type: 'json' };
import { findOrderIds } from './orderNumber.ts';
import { routeOf } from './payloadRoutes.ts';

const threshold = 0.4;
// "Hello, where is my order": the model reads only the text after the greeting.
const greeting =
  /^\s*(?:hi|hello|hey|hallo|moin|servus|good (?:morning|day|afternoon|evening)|guten (?:tag|morgen|abend)|grüß gott)(?: (?:there|zusammen|bot))?[\s,.!:-]+(?=[^\s,.!:-]\S*\s+\S)/iu;

// A pasted novel must not cost a turn.
const modelLimit = 500;

/**
 * Understands customers without any service: rules for payloads and order numbers, and a small model for the rest.
 *
 * `npm run train` writes the model's weights, `intentWeights.json`, from the examples of all wishes. An intent with a score below 0.4 is
 * `none`. The model reads the first 500 characters of an utterance; the order number is read wherever it is.
 * A sentence with several wishes, or several orders, is split: the second and later ones are in `further`.
 */
export class EmbeddedRecognizer implements IntentRecognizer {
  readonly #model: IntentModel;

  constructor(weights: IntentWeights = trained) {
    this.#model = createIntentModel(weights);
  }

  recognize(utterance: string): Recognized {
    const clicked = routeOf(utterance);
    if (clicked !== undefined) return clicked;
    const bare = onlyNumber.test(utterance) ? findOrderIds(utterance) : [];
    if (bare.length > 0) return addOrderIds({ intent: 'orderStatus', score: 1 }, bare);
    return readWishes(utterance, (text) => this.#place(text));
  }

  #place(text: string): Placed {
    const { label, score } = this.#model(text.replace(greeting, '').slice(0, modelLimit));
    const intent = (score < threshold ? undefined : intentNames.find((name) => name === label)) ?? 'none';
    return (intent === 'none' || intent === 'cancel') && cancels.test(text) && findOrderIds(text).length > 0
      ? { intent: 'cancelOrder', score: 1 }
      : { intent, score };
  }
}

/** A text's intent and its score. */
type Placed = Pick<Recognized, 'intent' | 'score'>;

/** Words that ask for news of an order. */
export const askingForNews = /(?<!\p{L})(?:where|when|status|wo|wann|track|news|neues)(?!\p{L})/iu;

// A part of a sentence must be surer: two wishes from one are worse than one from two.
const partThreshold = 0.55;
const charactersSplit = 200;
const ordersLimit = 5;
const joints =
  /(?<!(?<!\p{L})(?:no|nr|num|best))\.|[;!?,]|(?<!\p{L})(?:and|und|also|außerdem|sowie|then|dann|plus)(?!\p{L})/iu;
const onlyNumber =
  /^(?:[\s#.:?!-]|\d|(?<!\p{L})(?:orders?|ord|bestellung(?:en)?|bestell|best|auftrag|number|nummer|nr|no|please|bitte|the|my|die|meine)(?!\p{L}))*$/iu;
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
 * Reads the wishes of a sentence, part by part; `read` finds the intent of a text.
 *
 * A sentence with one wish is read as a whole. Of several wishes the first is the answer, and the others are its `further` in their
 * order; the wish for a person comes first. A wish without an order means the one order of the sentence. A wish not to cancel an order
 * is a wish to see it. A sentence of more than 200 characters is one wish.
 */
function readWishes(given: string, read: (text: string) => Placed): Recognized {
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
/** With an order number, a wish to cancel that order, where the model finds no other wish. */
const cancels = /(?<!\p{L})(?:cancel|storno|stornier(?:e|en)?|widerruf(?:e|en))(?!\p{L})/iu;
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

/** "Cancel 54321, not 12345": leaves out the order that is not meant, if the sentence names another one. */
function withoutExcluded(sentence: string): string {
  const rest = sentence.replace(excluded, '');
  return rest !== sentence && findOrderIds(rest).length > 0 ? rest : sentence;
}

/** Says whether a sentence asks not to cancel an order, or whether it is cancelled: "don't cancel it", "is it cancelled". */
function isKept(sentence: string): boolean {
  return asksWhether.test(sentence) || (denied.test(sentence) && !asksWhy.test(sentence));
}

/** The different wishes of a sentence; an empty list when it has only one. */
function wishesIn(sentence: string, place: (text: string) => Placed): Wish[] {
  if (sentence.length > charactersSplit) return [];
  const wishes = new Map<IntentName, Wish>();
  for (const text of partsOf(sentence)) {
    const placed = place(text);
    if (!wishable.has(placed.intent) || placed.score < partThreshold || wishes.has(placed.intent)) continue;
    wishes.set(placed.intent, { ...placed, text, orderIds: findOrderIds(text) });
  }
  if (wishes.size < 2) return [];
  const rank = ({ intent }: Placed) => (intent === 'contactSupport' ? 0 : 1);
  return [...wishes.values()].sort((a, b) => rank(a) - rank(b));
}

/** The parts of a sentence; a number alone belongs to the part before it: *cancel 12345 and 54321*. */
function partsOf(sentence: string): string[] {
  const parts: string[] = [];
  for (const part of sentence.split(joints)) {
    const before = onlyNumber.test(part) ? parts.pop() : undefined;
    parts.push(before === undefined ? part : `${before}, ${part}`);
  }
  return parts;
}

/** "Order 12345, please cancel": removes the part that only names the order, and gives its order to the other wishes. */
function shareOrder(wishes: readonly Wish[], orderIds: readonly string[]): readonly Wish[] {
  const isShared = ({ intent, orderIds: own }: Wish) => aboutOrders.has(intent) && own.length === 0;
  if (orderIds.length !== 1 || !wishes.some(isShared)) return wishes;
  return wishes
    .filter(({ intent, text }) => intent !== 'orderStatus' || askingForNews.test(text))
    .map((wish) => (isShared(wish) ? { ...wish, orderIds } : wish));
}

/** Adds orders to an intent: the first is its own, the others (at most four) are in `further`. */
export function addOrderIds({ intent, score }: Placed, orderIds: readonly string[]): Recognized {
  const [first, ...others] = orderIds
    .slice(0, ordersLimit)
    .map((orderId) => ({ intent, score, entities: { orderId } }));
  return { ...(first ?? { intent, score, entities: {} }), ...(others.length > 0 && { further: others }) };
}
