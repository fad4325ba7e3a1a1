import { cancelOrder } from './cancelOrder/examples.ts';
import { contactSupport } from './contactSupport/examples.ts';
import { handoff } from './handoff/examples.ts';
import { cancel, greeting, help, identity, none, returns, thanks } from './main/examples.ts';
import { orderConfirmation } from './orderConfirmation/examples.ts';
import { orderStatus } from './orderStatus/examples.ts';
import { productOffers } from './productOffers/examples.ts';
import type { Wish } from './wish.ts';

/** Every wish that the dialogs know. The intent model numbers them in this order. */
export const allWishes = [
  orderStatus,
  orderConfirmation,
  cancelOrder,
  productOffers,
  returns,
  contactSupport,
  handoff,
  help,
  greeting,
  identity,
  cancel,
  thanks,
  none,
] as const;

/** The sentences that the intent model learns from; an intent without examples comes from clicks only. */
export function groupExamplesByIntent(): Record<string, readonly string[]> {
  const wishes: readonly Wish[] = allWishes;
  return Object.fromEntries(
    wishes.flatMap(({ intent, examples }) => (examples === undefined ? [] : [[intent, examples]])),
  );
}
