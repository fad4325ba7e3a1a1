/** What all dialogs share, in English; the other languages have the same keys. What one dialog says stands beside it. */
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
  returns: 'A person from our team does returns, refunds and changes of an order. This is how you reach one:',

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
    ordersAway: [
      'Our order system is still away. Please try again a little later, or type "support" to talk to somebody.',
    ],
    returns: ['For this, too, a person of our team is the right one:'],
  },
  onceMore: ['Once more: ', 'As I said: ', 'Again: '],
};

/** The texts of one language. */
export type Texts = typeof en;
