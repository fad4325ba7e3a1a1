/** What the dialogs say, in English; the other languages have the same keys. */
export const en = {
  locale: 'en',
  welcome: 'Hello! I am the assistant of this shop.',
  hello: 'Hello!',
  greeting: 'Hello! This is what I can do for you:',
  identity:
    'I am the assistant of this shop: a program, not a person. I can look up orders and show offers; type "support" to talk to somebody.',
  cardLate:
    'This takes longer than usual, because a system of ours is slow. Your answer comes as soon as it can.',
  yes: 'Yes',
  no: 'No',
  yesOrNo: 'Please answer yes or no.',
  helpInQuestion: 'Answer the question, or type "cancel" to stop, or "support" to talk to somebody.',
  stopped: 'All right, I stopped.',
  nothingToStop: 'There is nothing to stop. Type "help" to see what I can do.',
  notUnderstood: 'Sorry, I did not understand that. This is what I can do:',
  stillNotUnderstood: 'Sorry, I still do not understand. Somebody from our team can help you:',
  thanks: 'You are welcome. I am here if you need anything else.',
  cardRefused:
    'Sorry, I cannot show that right now. Please try again later, or type "support" to talk to somebody.',
  turnFailed: 'Sorry, something went wrong on our side. Please try again, or ask for a person.',
  ordersAway:
    'Sorry, I cannot reach our order system right now. Please try again in a few minutes, or type "support" to talk to somebody.',
  changeUnsure:
    'Sorry, our order system did not answer, so I do not know whether that worked. Please check before you try again, or type "support" to talk to somebody.',

  askOrder: 'What is your order number? For example: 12345',
  orderNotRead: 'I need the order number: 3 to 12 digits, for example 12345. What is it?',
  orderNotFound: (orderId: string) =>
    `I cannot find order ${orderId}. Please check the number and type it again.`,
  orderGivenUp: 'I could not find your order. Somebody from our team can help you:',
  orderNotAtHand:
    'The number stands in your confirmation mail. Without it, somebody from our team can find your order:',
  askPostcode: (orderId: string) =>
    `To show order ${orderId}, I need to know that it is yours. What is the postcode of its delivery address?`,
  postcodeWrong: 'That does not fit the order. Please type the postcode of its delivery address again.',
  notIdentified: 'I cannot check that the order is yours. Somebody from our team can:',
  askWhatToDo: (orderId: string) => `Order ${orderId}: what would you like to do?`,
  showStatus: 'Where is it?',
  showConfirmation: 'Show the confirmation',
  cancelOrder: 'Cancel the order',
  returns: 'A person from our team does returns, refunds and changes of an order. This is how you reach one:',
  aboutOrder: (orderId: string) => `Order ${orderId}`,

  askCancel: (orderId: string) => `Do you really want to cancel order ${orderId}?`,
  cancelled: (orderId: string) => `Order ${orderId} is cancelled.`,
  kept: (orderId: string) => `All right, order ${orderId} stays as it is.`,
  tooLate: {
    processing: (orderId: string) => `Order ${orderId} cannot be cancelled at the moment.`,
    shipped: (orderId: string) => `Order ${orderId} is already on its way and cannot be cancelled.`,
    delivered: (orderId: string) => `Order ${orderId} was already delivered and cannot be cancelled.`,
    cancelled: (orderId: string) => `Order ${orderId} is already cancelled.`,
  },

  contactSupport: 'Contact Support',

  noOffers: 'There are no offers at the moment.',
  askProduct: 'Which one would you like? Press its button or type its name.',
  productNotRead: 'I do not know which one you mean. Press a button of it, type its name, or type "cancel".',
  productGivenUp: 'All right, nothing was ordered. Type "help" to see what else I can do.',
  productGone: 'That product is not on offer any more. These are:',
  askPurchase: (name: string, price: string) => `You chose ${name} for ${price}. Shall I order it?`,
  ordered: (orderId: string) => `I ordered it. Your order number is ${orderId}.`,
  notOrdered: 'All right, nothing was ordered.',

  hours: 'Monday to Friday, 8:00 to 18:00',
  handoff: 'I am getting a person for you. Please stay in this chat.',

  /** Other words for what was just said; for texts that have none, the beginnings below go before them. */
  again: {
    hello: ['Hello again!'],
    greeting: ['Hello again! What may I do for you?'],
    identity: ['Still a program, the assistant of this shop. Type "support" to talk to a person.'],
    stopped: ['Stopped, too.'],
    nothingToStop: [
      'Nothing is under way that I could stop. "help" shows what I can do.',
      'All is quiet: there is nothing to stop.',
    ],
    notUnderstood: [
      'I do not understand that, either. Please choose one of these, or say it in other words:',
      'That is something that I cannot do. What I can do:',
    ],
    thanks: ['Any time. I am here if there is more.', 'My pleasure.'],
    orderNotRead: [
      'I cannot find a number in that. An order number has 3 to 12 digits; it stands in your confirmation mail.',
    ],
    productNotRead: [
      'I cannot tell which one that is. Type its number in the list, such as "2", or "cancel".',
    ],
    ordersAway: [
      'Our order system is still away. Please try again a little later, or type "support" to talk to somebody.',
    ],
    returns: ['For this, too, a person of our team is the right one:'],
  },
  onceMore: ['Once more: ', 'As I said: ', 'Again: '],
};

/** The texts of one language. */
export type Texts = typeof en;
