/** A turn as customers write it: what was said before, the sentence, and what a sensible answer holds. */
export interface Spoken {
  before?: readonly string[];
  said: string;
  locale: 'en' | 'de';
  /** Part of the answer in short: a card as `[template]`, a card's order as `#12345`, words of a text. */
  sensible: RegExp;
  /** What no sensible answer holds. */
  wrong?: RegExp;
}

const en = (said: string, sensible: RegExp, before: readonly string[] = [], wrong?: RegExp): Spoken => ({
  said,
  sensible,
  before,
  locale: 'en',
  ...(wrong && { wrong }),
});
const de = (said: string, sensible: RegExp, before: readonly string[] = [], wrong?: RegExp): Spoken => ({
  ...en(said, sensible, before, wrong),
  locale: 'de',
});

const shown12345 = /\[order-status-v\d\]#12345/;
const askCancel54321 = /cancel order 54321\?/;
const frageStorno54321 = /Bestellung 54321 wirklich stornieren/;
const person = /\[contact-support-v1\]|person|Mensch/;

/** Eighty sentences, written before their answers were looked at: half English, half German. */
export const spoken: readonly Spoken[] = [
  // Orders and their numbers.
  en('hey so I was wondering whats up with 12345', shown12345),
  en('order no. 12345 still nothing, its been 9 days', shown12345),
  en('I placed an order on March 3rd 2026, its number is 12345, any idea when it gets here?', shown12345),
  en('12 345 is my order, where is it', shown12345),
  en('Paid 199 dollars for order 12345 and it never came', shown12345),
  en('My phone is 0171 5551234, the order is 12345', shown12345),
  en('tracking for ORD 12345 pls', shown12345),
  en('Has #12345 left the warehouse?', shown12345),
  en('where is my stuff', /order number/),
  en('it still says processing', /order number|54321/),
  en('what about 12345 and 54321', /#12345.*#54321/),
  en('the number? 12345 I think', shown12345, ['where is my order']),
  en('sorry I meant 12345', shown12345, ['where is order 11111']),
  en('I do not have it in front of me', /order number|person|\[contact/, ['where is my order']),
  // Changing and returning.
  en('cancel 54321', askCancel54321),
  en('cancel it', askCancel54321, ['54321']),
  en('actually please cancel that one', askCancel54321, ['where is order 54321?']),
  en('get rid of order 54321 please', askCancel54321),
  en('is it too late to cancel 12345?', /12345.*cannot be cancelled/),
  en('I want to send these headphones back', person, [], /product-offers/),
  en('how do I return something', person, [], /product-offers/),
  en('what is your refund policy?', person, [], /product-offers/),
  en('I need my money back for order 777', person, [], /product-offers/),
  en('the delivery address is wrong, can you change it', person, [], /product-offers/),
  en('my package arrived broken', person, [], /product-offers/),
  // Answers to questions.
  en('y', /54321 is cancelled/, ['cancel order 54321']),
  en('of course', /54321 is cancelled/, ['cancel order 54321']),
  en('👍', /54321 is cancelled/, ['cancel order 54321']),
  en('nah leave it', /54321 stays|stopped/, ['cancel order 54321']),
  en('n', /54321 stays/, ['cancel order 54321']),
  en('where is 12345 by the way', shown12345, ['cancel order 54321']),
  en('number 2', /Compact keyboard/, ['show me your offers']),
  en("I'll take the second one", /Compact keyboard/, ['show me your offers']),
  en('the cheapest one', /Desk lamp|which one/i, ['show me your offers']),
  // Talk.
  en('good evening!', /hello|good|welcome|hi /i, [], /did not understand/),
  en('are you a robot?', /assistant|bot/i, [], /order number/),
  en(
    'am I talking to a human?',
    /assistant|person|\[contact/i,
    ['where is my order'],
    /need the order number: 3/,
  ),
  en('cheers mate', /welcome/i),
  en('track 12345 and show me the offers', /#12345.*(\[product-offers|offers)/),
  en('you are useless, let me talk to someone', person),
  // German.
  de('Moin, wo steckt denn die 12345?', shown12345),
  de('Bestellnr. 12345 ist immer noch nicht da', shown12345),
  de('Ich habe am 3. März 2026 bestellt, Nummer 12345, wann kommt das?', shown12345),
  de('Meine Bestellung 12 345 fehlt noch', shown12345),
  de('Für Bestellung 12345 habe ich 89,90 Euro bezahlt, wo bleibt sie?', shown12345),
  de('Erreichbar unter 0170/1234567, es geht um Bestellung 12345', shown12345),
  de('Auftrag Nr 12345 bitte verfolgen', shown12345),
  de('ist #12345 schon raus?', shown12345),
  de('Wo bleibt mein Zeug', /Bestellnummer/),
  de('Lieferstatus 777', /#777/),
  de('12345 und 54321 bitte', /#12345.*#54321/),
  de('die müsste 12345 sein', shown12345, ['Wo ist meine Bestellung']),
  de('Entschuldigung, 12345 wollte ich schreiben', shown12345, ['wo ist Bestellung 11111']),
  de('die habe ich gerade nicht zur Hand', /Bestellnummer|Mensch|\[contact/, ['wo ist meine Bestellung']),
  de('54321 stornieren', frageStorno54321),
  de('storniere sie', frageStorno54321, ['54321']),
  de('die bitte stornieren', frageStorno54321, ['wo ist 54321?']),
  de('Kann ich 54321 noch abbestellen?', frageStorno54321),
  de('Bestellung 12345 doch nicht, bitte stornieren', /12345.*nicht mehr storniert/),
  de('wo ist sie jetzt', /#54321/, ['wo ist Bestellung 54321']),
  de('ich möchte etwas zurückschicken', person, [], /product-offers/),
  de('Wie läuft die Rücksendung?', person, [], /product-offers/),
  de('Der Artikel ist kaputt angekommen', person, [], /product-offers/),
  de('ich will mein Geld zurück', person, [], /product-offers/),
  de('Lieferadresse ändern', person, [], /product-offers/),
  de('Ich bin umgezogen, das Paket muss an eine andere Adresse', person, [], /product-offers/),
  de('j', /54321 ist storniert/, ['Bestellung 54321 stornieren']),
  de('na klar', /54321 ist storniert/, ['Bestellung 54321 stornieren']),
  de('👍🏽', /54321 ist storniert/, ['Bestellung 54321 stornieren']),
  de('ne lass mal', /54321 bleibt|abgebrochen/, ['Bestellung 54321 stornieren']),
  de('auf keinen Fall', /54321 bleibt/, ['Bestellung 54321 stornieren']),
  de('zeig mir lieber die Angebote', /\[product-offers/, ['Bestellung 54321 stornieren']),
  de('Nummer 2', /Compact keyboard/, ['Angebote']),
  de('ich nehme die zweite', /Compact keyboard/, ['Angebote']),
  de('das dritte bitte', /Desk lamp/, ['Angebote']),
  de('Grüß Gott', /Guten|Hallo|Grüß/i, [], /nicht verstanden/),
  de('Bist du ein Roboter?', /Assistent/, [], /Bestellnummer/),
  de('Schreibe ich hier mit einem Menschen?', /Assistent|\[contact/, ['wo ist meine Bestellung']),
  de('Wo ist 12345 und was habt ihr im Angebot?', /#12345.*(\[product-offers|Angebot)/),
  de('merci, das wars', /Gern/),
];
