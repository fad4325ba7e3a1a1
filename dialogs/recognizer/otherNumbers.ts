/** Stands where a number was that is no order number; no digit joins across it. */
const gap = ' ¦ ';

const month =
  '(?:jan(?:uary|uar)?|jän(?:ner)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|maerz|mrz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\\.?';
const year = "(?:(?:19|20)\\d\\d|['’]\\d\\d)(?!\\d)";
const amount = "\\d{1,3}(?:[.,'’ ]\\d{3})+(?:[.,]\\d{1,2})?|\\d+(?:[.,]\\d{1,2})?";
const currency = '(?:[€$£¥]|(?:eur|usd|gbp|chf|euros?|dollars?|pounds?|bucks|franken|cents?)(?![\\p{L}]))';
const unit =
  '(?:%|(?:percent|prozent|kg|g|cm|mm|km|m|l|ml|inch(?:es)?|zoll|watt|volt|gb|mb|h|hrs?|hours?|min(?:utes?|uten?)?|sec(?:onds?)?|days?|weeks?|months?|years?|stunden?|sekunden?|tage?n?|wochen?|monate?n?|jahren?|uhr|times|x|pieces?|pcs|items?|stück|stueck|artikeln?|teile|people|leute|kunden|customers|books|bücher)(?![\\p{L}]))';

/** A word that is a mail address or a link. */
const mailOrLink = /@|:\/\/|^www\.|.\.[a-z]{2,}\//iu;

const patterns: readonly RegExp[] = [
  // +49 30 1234567, (030) 1234567.
  /\+\s?\d[\d ()/.-]*|\(\d{2,5}\)[ /-]?\d[\d -]{3,}/g,
  // 23 November 2026, November 23rd 2026, November 2026.
  new RegExp(
    `(?<![\\d\\p{L}])\\d{1,2}(?:st|nd|rd|th|\\.)?\\s*(?:of\\s+)?${month}(?![\\p{L}])(?:,?\\s*(?:of\\s+)?${year})?`,
    'giu',
  ),
  new RegExp(`(?<!\\p{L})${month}\\s+(?:\\d{1,2}(?!\\d)(?:st|nd|rd|th)?(?:,?\\s*${year})?|${year})`, 'giu'),
  // 2026-11-23, 23/11/26, 23.11., 10:45.
  /(?<![\d.,/-])(?:19|20)\d\d([./-])\d{1,2}\1\d{1,2}(?!\d)(?:t[\d:.]+z?)?/gi,
  /(?<![\d.,/-])(?:0?[1-9]|[12]\d|3[01])([./-])\s?(?:0?[1-9]|1[0-2])\1\s?(?:(?:19|20)?\d\d)?(?!\d)/g,
  /(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])/g,
  // € 120, 120 €, 1.234,50 EUR, 120,-.
  new RegExp(`${currency}\\s?(?:${amount})(?![\\d])`, 'giu'),
  new RegExp(`(?<![\\d.,'’#])(?:${amount})(?:[.,]-)?\\s?${currency}(?!\\s?\\d)`, 'giu'),
  /(?<![\d.,])\d+[.,]-(?:-)?(?!\d)/g,
  // 14 days, 5 pm, 3 items; longer ones may be an order's number before such a word.
  new RegExp(`(?<![\\d.,'’#])\\d{1,2}(?:[.,]\\d+)?\\s?(?:${unit}|[ap]m(?![\\p{L}]))`, 'giu'),
  // 123 Main Street.
  /(?<!\d)\d+\s+(?:\p{L}+\s+){1,2}(?:street|st|road|rd|avenue|ave|lane)(?!\p{L})/giu,
];

/** Puts a gap in the place of all that is a mail address, a link, a date, a time, an amount, a measure, an address. */
export function leaveOutOthers(text: string): string {
  const withoutAddresses = text.replace(/\S+/gu, (word) => (mailOrLink.test(word) ? gap : word));
  return patterns.reduce((rest, pattern) => rest.replace(pattern, gap), withoutAddresses);
}

const listWords = (list: string): string => list.trim().replace(/\s+/g, '|');
const link =
  '(?:[\\s:.,=(#-]|is|was|are|ist|war|lautet|the|my|die|meine|of|von|about|around|only|nur|me|mich)*$';

const named = new RegExp(
  `(?<!\\p{L})(?:${listWords(`
    phone telephone telefon tele tel handy mobil mobile cell fax whatsapp ruf hotline durchwahl
    customer client kunden account konto rechnungs rechnung invoice tracking sendungs sendungsverfolgungs paket
    artikel article item product produkt model modell serial serien postcode postal zip plz postleitzahl
    house haus room zimmer flat apartment iban bank card karten version gutschein coupon voucher rabatt pin code
    street road straße strasse weg platz allee`)})(?:[\\s.-]*(?:code|number|numbers|no|nr|num|id|nummer))?${link}`,
  'iu',
);
const street = /\p{L}(?:straße|strasse|str\.?|weg|platz|allee|gasse)\s+$/iu;
const priced = new RegExp(
  `(?<!\\p{L})(?:${listWords(`
    paid pay paying cost costs costing price worth charged overcharged total amount
    bezahlt bezahle zahle zahlte kostet kostete gekostet preis summe betrag wert`)})${link}`,
  'iu',
);
const called =
  /(?<!\p{L})(?:call|ring|phone|dial|reach|text|ruf\p{L}*|anruf\p{L}*|erreich\p{L}*|wähl\p{L}*)(?:[^.!?;¦]{0,30}\s(?:at|on|under|unter|auf))?[\s:]*$/iu;
const measured = new RegExp(`^\\s?${unit}|^\\s*(?:bezahlt|gezahlt|gekostet|ausgegeben)(?!\\p{L})`, 'iu');

/** Says whether the words around a number make it the number of something else: a phone, a customer, a price. */
export function isNamedOther(before: string, after: string): boolean {
  const near = before.slice(-80);
  return [named, street, priced, called].some((pattern) => pattern.test(near)) || measured.test(after);
}
