import type { TurnContext } from './sdk.ts';

/** What the dialogs remember of a conversation beyond the dialog that runs. */
export interface Memory {
  /** The order that was last found for the customer; digits. */
  orderId?: string;
  /** Orders of which the customer has shown that they are his own; digits. */
  ownOrders?: string[];
  /** Answers to the question for a postcode that did not fit. */
  wrongPostcodes?: number;
  /** The language that the customer writes in; BCP 47. */
  language?: string;
  /** The last texts that were said, oldest first. */
  said?: string[];
}

const key = Symbol('memory');

/** Lends a conversation's memory to the dialogs for this turn. What they change in it stays changed. */
export function lendMemory(context: TurnContext, memory: Memory): void {
  context.turnState.set(key, memory);
}

/** The memory of the conversation; for this turn only, when none was lent. */
export function memoryOf(context: TurnContext): Memory {
  const lent = context.turnState.get<Memory | undefined>(key);
  if (lent !== undefined) return lent;
  const memory: Memory = {};
  lendMemory(context, memory);
  return memory;
}
