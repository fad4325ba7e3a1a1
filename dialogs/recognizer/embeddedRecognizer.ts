import { createIntentModel, type IntentModel, type IntentWeights } from './intentModel.ts';
import { type IntentRecognizer, intentNames, type Recognized } from './intentRecognizer.ts';
import trained from './intentWeights.json' with { type: 'json' };
import { parseOrderId } from './orderNumber.ts';
import { routeOf } from './payloadRoutes.ts';
import type { Placed } from './wishes.ts';
import { readWishes } from './wishes.ts';

const threshold = 0.4;
// "Hello, where is my order": what comes after it is the wish.
const greeting =
  /^\s*(?:hi|hello|hey|hallo|moin|servus|good (?:morning|day|afternoon|evening)|guten (?:tag|morgen|abend)|grüß gott)(?: (?:there|zusammen|bot))?[\s,.!:-]+(?=[^\s,.!:-]\S*\s+\S)/iu;

// A pasted novel must not cost a turn.
const modelLimit = 500;

/**
 * Understands customers without any service: rules for payloads and order numbers, and a small model for the rest.
 *
 * The model's weights stand in `intentWeights.json`; `npm run train` makes them from `intents.json` (English and German). A best intent under the
 * threshold (0.4) is `none`. The model reads the first 500 characters of an utterance; its order number may stand anywhere.
 * A sentence with several wishes, or several orders, is split: the rest is in `further`.
 */
export class EmbeddedRecognizer implements IntentRecognizer {
  readonly #model: IntentModel;

  constructor(weights: IntentWeights = trained) {
    this.#model = createIntentModel(weights);
  }

  recognize(utterance: string): Recognized {
    const clicked = routeOf(utterance);
    if (clicked !== undefined) return clicked;
    const bare = parseOrderId(utterance);
    if (bare !== undefined) return { intent: 'orderStatus', score: 1, entities: { orderId: bare } };
    return readWishes(utterance, (text) => this.#place(text));
  }

  #place(text: string): Placed {
    const { label, score } = this.#model(text.replace(greeting, '').slice(0, modelLimit));
    const intent = score < threshold ? undefined : intentNames.find((name) => name === label);
    return { intent: intent ?? 'none', score };
  }
}
