import type { IntentName, Recognized } from './recognizer/intentRecognizer.ts';

/**
 * How a dialog ended: what a Genesys flow receives.
 *
 * `parameters` are flat strings. `result` is always there: `shown`, `refused` (a card could not be shown),
 * `unavailable` (order system), `stopped`, `declined`, `tooLate`, `cancelled`, `ordered`, `noOffers`,
 * `handedOff`, `said`. `reason` says why support was offered: `orderNotFound`, `notUnderstood`, `notIdentified`, `returns`.
 */
export interface DialogOutcome {
  intent: IntentName;
  entities: Record<string, string>;
  parameters: Record<string, string>;
}

/** Makes an outcome. */
export function createOutcome(
  intent: IntentName,
  result: string,
  entities: Record<string, string> = {},
  parameters: Record<string, string> = {},
): DialogOutcome {
  return { intent, entities, parameters: { result, ...parameters } };
}

/** The result of a dialog that ends because the customer goes on with something else. */
export class Redirect {
  readonly to: Recognized;
  /** Why, when the dialog gave up; see `DialogOutcome`. */
  readonly reason: string | undefined;

  constructor(to: Recognized, reason?: string) {
    this.to = to;
    this.reason = reason;
  }

  /** Leads to a person. */
  static toSupport(reason: string, entities: Record<string, string> = {}): Redirect {
    return new Redirect({ intent: 'contactSupport', score: 1, entities }, reason);
  }
}
