const en = {
  noOffers: 'There are no offers at the moment.',
  askProduct: 'Which one would you like? Press its button or type its name.',
  productNotRead: 'I do not know which one you mean. Press a button of it, type its name, or type "cancel".',
  productGivenUp: 'All right, nothing was ordered. Type "help" to see what else I can do.',
  productGone: 'That product is not on offer any more. These are:',
  askPurchase: (name: string, price: string) => `You chose ${name} for ${price}. Shall I order it?`,
  ordered: (orderId: string) => `I ordered it. Your order number is ${orderId}.`,
  notOrdered: 'All right, nothing was ordered.',
  again: {
    productNotRead: [
      'I cannot tell which one that is. Type its number in the list, such as "2", or "cancel".',
    ],
  },
};

const de: typeof en = {
  noOffers: 'Im Moment gibt es keine Angebote.',
  askProduct: 'Welches möchten Sie? Drücken Sie den Knopf oder schreiben Sie den Namen.',
  productNotRead:
    'Ich weiß nicht, welches Sie meinen. Drücken Sie einen Knopf, schreiben Sie den Namen, oder schreiben Sie „abbrechen“.',
  productGivenUp:
    'In Ordnung, es wurde nichts bestellt. Schreiben Sie „Hilfe“, um zu sehen, was ich noch kann.',
  productGone: 'Dieses Produkt ist nicht mehr im Angebot. Diese sind es:',
  askPurchase: (name, price) => `Sie haben ${name} für ${price} gewählt. Soll ich es bestellen?`,
  ordered: (orderId) => `Ich habe es bestellt. Ihre Bestellnummer ist ${orderId}.`,
  notOrdered: 'In Ordnung, es wurde nichts bestellt.',
  again: {
    productNotRead: [
      'Ich erkenne nicht, welches das ist. Schreiben Sie seine Nummer in der Liste, etwa „2“, oder „abbrechen“.',
    ],
  },
};

/** The texts of the dialog `productOffers`. */
export const texts = { en, de };
