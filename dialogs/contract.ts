import type { OrderSource } from './orders/orderSource.ts';
import type { IntentName, IntentRecognizer, Recognized } from './recognizer/intentRecognizer.ts';
import type { Dialog, TurnContext } from './sdk.ts';

/** How customers reach a person: opening hours (default: those in the texts) and a phone number such as `+4930123456`. */
export interface Support {
  hours?: string | undefined;
  phone?: string | undefined;
}

/** Decides which customers must show that an order is theirs before they see it. */
export interface IdentityCheck {
  /** Says whether the customer of this turn must name the postcode of the order. */
  isNeeded(context: TurnContext): boolean;
  /** The company's id of the customer; undefined for one who has not signed in. */
  customerOf?(context: TurnContext): string | undefined;
}

/** The parts that a dialog is made of. */
export interface DialogParts {
  readonly recognizer: IntentRecognizer;
  readonly orders: OrderSource;
  /** Creates the reference of a purchase. */
  readonly newId: () => string;
  readonly support: Support;
  /** Undefined: every customer who names an order number sees the order. */
  readonly identity: IdentityCheck | undefined;
}

/** Creates a dialog; its id is the intent that begins it. */
export type CreateDialog = (parts: DialogParts) => Dialog;

/** What the dialogs remember of a conversation beyond the running dialog. */
export interface Memory {
  /** The order that was last found for the customer; digits. */
  orderId?: string;
  /** Orders that the customer has shown to be his own; digits. */
  ownOrders?: string[];
  /** Number of wrong answers to the question for a postcode. */
  wrongPostcodes?: number;
  /** The language that the customer writes in; BCP 47. */
  language?: string;
  /** The last texts that were said, oldest first. */
  said?: string[];
}

const key = Symbol('memory');

/** Makes a conversation's memory available to the dialogs in this turn. They change it in place. */
export function lendMemory(context: TurnContext, memory: Memory): void {
  context.turnState.set(key, memory);
}

/** The memory of the conversation; one for this turn only when `lendMemory` was not called. */
export function memoryOf(context: TurnContext): Memory {
  const lent = context.turnState.get<Memory | undefined>(key);
  if (lent !== undefined) return lent;
  const memory: Memory = {};
  lendMemory(context, memory);
  return memory;
}

/**
 * The outcome of a dialog, as a Genesys flow receives it.
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

/** Creates an outcome. */
export function createOutcome(
  intent: IntentName,
  result: string,
  entities: Record<string, string> = {},
  parameters: Record<string, string> = {},
): DialogOutcome {
  return { intent, entities, parameters: { result, ...parameters } };
}

/** The result of a dialog that ends because another dialog is to begin. */
export class Redirect {
  readonly to: Recognized;
  /** Why the dialog gave up; see `DialogOutcome`. Undefined: the customer wants something else. */
  readonly reason: string | undefined;

  constructor(to: Recognized, reason?: string) {
    this.to = to;
    this.reason = reason;
  }

  /** Creates the redirect to the dialog that leads to a person. */
  static toSupport(reason: string): Redirect {
    return new Redirect({ intent: 'contactSupport', score: 1, entities: {} }, reason);
  }
}
