import type { IntentModel } from './intentModel.ts';
import { trainIntentModel } from './intentModel.ts';
import type { IntentRecognizer, Recognized } from './intentRecognizer.ts';
import intents from './intents.json' with { type: 'json' };
import { findOrderIds, parseOrderId } from './orderNumber.ts';
import { routeOf } from './payloadRoutes.ts';

type Examples = Readonly<Record<keyof typeof intents, readonly string[]>>;

const threshold = 0.4;
// A pasted novel must not cost a turn.
const modelLimit = 500;

/**
 * Understands customers without any service: rules for payloads and order numbers, and a small model for the rest.
 *
 * The model is trained in the constructor from `intents.json` (English and German). A best intent under the
 * threshold (0.4) is `none`. The model reads the first 500 characters of an utterance; its order number may stand anywhere.
 */
export class EmbeddedRecognizer implements IntentRecognizer {
  readonly #model: IntentModel<keyof typeof intents>;

  constructor(examples: Examples = intents) {
    this.#model = trainIntentModel(examples);
  }

  recognize(utterance: string): Recognized {
    const clicked = routeOf(utterance);
    if (clicked !== undefined) return clicked;
    const bare = parseOrderId(utterance);
    if (bare !== undefined) return { intent: 'orderStatus', score: 1, entities: { orderId: bare } };
    const [orderId, ...others] = findOrderIds(utterance);
    const { label, score } = this.#model(utterance.slice(0, modelLimit));
    return {
      intent: score < threshold ? 'none' : label,
      score,
      entities: orderId === undefined || others.length > 0 ? {} : { orderId },
    };
  }
}
