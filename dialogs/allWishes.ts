import { cancelOrder } from './cancelOrder/examples.ts';
import { contactSupport } from './contactSupport/examples.ts';
import { handoff } from './handoff/examples.ts';
import { cancel, greeting, help, identity, none, returns, thanks } from './main/examples.ts';
import { orderConfirmation } from './orderConfirmation/examples.ts';
import { orderStatus } from './orderStatus/examples.ts';
import { productOffers } from './productOffers/examples.ts';

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
