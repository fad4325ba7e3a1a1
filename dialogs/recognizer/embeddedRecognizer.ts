import type { IntentModel } from './intentModel.ts';
import { trainIntentModel } from './intentModel.ts';
import type { IntentRecognizer, Recognized } from './intentRecognizer.ts';
import intents from './intents.json' with { type: 'json' };
import { findOrderId, parseOrderId } from './orderNumber.ts';
import { routeOf } from './payloadRoutes.ts';

type Examples = Readonly<Record<keyof typeof intents, readonly string[]>>;

const threshold = 0.4;
// A pasted novel must not cost a turn.
const utteranceLimit = 500;

/**
 * Understands customers without any service: rules for payloads and order numbers, and a small model for the rest.
 *
 * The model is trained in the constructor from `intents.json` (English and German). A best intent under the
 * threshold (0.4) is `none`. Of an utterance, the first 500 characters count.
 */
export class EmbeddedRecognizer implements IntentRecognizer {
  readonly #model: IntentModel<keyof typeof intents>;

  constructor(examples: Examples = intents) {
    this.#model = trainIntentModel(examples);
  }

  recognize(utterance: string): Recognized {
    const text = utterance.slice(0, utteranceLimit);
    const clicked = routeOf(text);
    if (clicked !== undefined) return clicked;
    const bare = parseOrderId(text);
    if (bare !== undefined) return { intent: 'orderStatus', score: 1, entities: { orderId: bare } };
    const orderId = findOrderId(text);
    const { label, score } = this.#model(text);
    return {
      intent: score < threshold ? 'none' : label,
      score,
      entities: orderId === undefined ? {} : { orderId },
    };
  }
}
