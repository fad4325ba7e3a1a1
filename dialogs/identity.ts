import { memoryOf } from './memory.ts';
import type { OrderSource } from './orders/orderSource.ts';
import type { TurnContext } from './sdk.ts';

/** Who must show that an order is his own before he sees it. */
export interface IdentityCheck {
  /** Says whether the customer of this turn is asked; not one that the channel has signed in. */
  isNeeded(context: TurnContext): boolean;
  /** The id of the customer as the company knows him, if he has signed in. */
  customerOf?(context: TurnContext): string | undefined;
}

/** Wrong answers of a conversation to the question for a postcode after which none is taken. */
export const mostWrongPostcodes = 3;

const mostKnownOrders = 20;
const around =
  /(?<!\p{L})(?:my|the|it|is|it['’]?s|post ?code|postal code|zip(?: code)?|meine|die|sie|ist|lautet|plz|postleitzahl)(?!\p{L})/giu;

/** The postcode of a text that is nothing else, without blanks and in capitals; undefined for every other text. */
export function readPostcode(text: string): string | undefined {
  const rest = text
    .slice(0, 100)
    .replace(around, ' ')
    .replace(/[\s.:,!-]+/g, '')
    .toUpperCase();
  return /^(?=.*\d)[A-Z\d]{3,10}$/.test(rest) ? rest : undefined;
}

/** Remembers that an order is the customer's. */
export function knowOrder(context: TurnContext, orderId: string): void {
  const memory = memoryOf(context);
  memory.ownOrders = [...(memory.ownOrders ?? []), orderId].slice(-mostKnownOrders);
}

/**
 * Whose an order is: the customer's own, somebody else's, or not known until he names its postcode. Only a customer who has
 * signed in can be told from its owner, and only by an order system that knows its customers.
 */
export async function ownerOf(
  context: TurnContext,
  check: IdentityCheck | undefined,
  orders: OrderSource,
  orderId: string,
): Promise<'own' | 'foreign' | 'unknown'> {
  if (check === undefined || memoryOf(context).ownOrders?.includes(orderId) === true) return 'own';
  const customerId = check.customerOf?.(context);
  if (customerId !== undefined && orders.isOrderOf !== undefined)
    return (await orders.isOrderOf(orderId, customerId)) ? 'own' : 'foreign';
  return check.isNeeded(context) ? 'unknown' : 'own';
}
