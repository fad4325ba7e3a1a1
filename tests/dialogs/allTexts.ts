import { texts as cancelOrder } from '../../dialogs/cancelOrder/texts.ts';
import { texts as contactSupport } from '../../dialogs/contactSupport/texts.ts';
import { texts as handoff } from '../../dialogs/handoff/texts.ts';
import { texts as orderChoice } from '../../dialogs/orderChoice/texts.ts';
import { texts as productOffers } from '../../dialogs/productOffers/texts.ts';
import { de as german } from '../../dialogs/texts/de.ts';
import { en as english } from '../../dialogs/texts/en.ts';

const own = { cancelOrder, contactSupport, handoff, orderChoice, productOffers };

function allOf<L extends 'en' | 'de'>(language: L) {
  return {
    ...own.cancelOrder[language],
    ...own.contactSupport[language],
    ...own.handoff[language],
    ...own.orderChoice[language],
    ...own.productOffers[language],
  };
}

/** What the dialogs say in English: all their texts in one. */
export const en = { ...allOf('en'), ...english };

/** What the dialogs say in German. */
export const de = { ...allOf('de'), ...german };
