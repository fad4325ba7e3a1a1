/** An order number in the form that the dialogs and the order source use: 3 to 12 digits. */
export const orderIdPattern = /^\d{3,12}$/;

const wholly = /^(?:ord-|#)?(?<id>\d{3,12})$/i;
// No customer writes more, and a pasted book must not cost a turn.
const charactersRead = 8_000;

/** Reads a text that is only an order number (`12345`, `#12345`, `ORD-12345`); returns its digits. */
export function parseOrderId(text: string): string | undefined {
  return wholly.exec(text.trim())?.groups?.id;
}

/** The only order number of a sentence; undefined when it has none or several, or is unclear. */
export function findOrderId(sentence: string): string | undefined {
  const [orderId, ...others] = findOrderIds(sentence);
  return others.length === 0 ? orderId : undefined;
}

/**
 * Finds the order numbers of a sentence; returns their digits, in the order of the sentence.
 *
 * Numbers are read whole: `12 345` is 12345. A number after a word such as *order* or `#` wins over one after *number*,
 * and that over a bare one. Dates, amounts, measures, phone numbers, and numbers of customers or invoices are not order numbers.
 * Returns an empty list in doubt: for two bare numbers that are not a list, or a number whose end is unclear. Reads the first 8,000
 * characters.
 */
export function findOrderIds(sentence: string): string[] {
  const text = leaveOutOthers(toAsciiDigits(sentence.slice(0, charactersRead)));
  const found = candidatesIn(text);
  const meant = found.length > 1 ? found.filter(({ isDenied }) => !isDenied) : found;
  const best = Math.max(...meant.map(({ mark }) => mark));
  const chosen = meant.filter(({ mark }) => mark === best);
  if (chosen.some(({ orderId }) => orderId === undefined)) return [];
  const orderIds = [...new Set(chosen.flatMap(({ orderId }) => orderId ?? []))];
  const isList = chosen.slice(1).every(({ isListed }) => isListed);
  return orderIds.length > 1 && best === marks.bare && !isList ? [] : orderIds;
}

/** Rank of a number by the words before it: a word for an order or `#`, a word for a number, nothing. */
const marks = { order: 2, number: 1, bare: 0 } as const;

interface Candidate {
  /** Undefined when it is unclear where the number ends. */
  orderId: string | undefined;
  mark: number;
  /** It continues a list that the candidate before it began. */
  isListed: boolean;
  /** *not 12345*, *instead of 12345*. */
  isDenied: boolean;
}

const span = /\d+(?:(?: {1,2}|[.,:'’/_-])\d+)*/g;
const link = `(?:[\\s:.=("'„“»#-]|is|was|are|ist|war|sind|lautet|lauten|heißt|the|die|my|meine|mit|with)*$`;
const numberWord = '(?:numbers?|no|nos|num|nummern?|nrn?|id)';
const orderMark = new RegExp(
  `(?:(?<!\\p{L})(?:orders?|ord|bestell(?:ung(?:en|s)?)?|best|auftrags?|aufträgen?|purchase)(?:[\\s.-]*${numberWord})?|(?<!#)#)(?!\\p{L})${link}`,
  'iu',
);
const numberMark = new RegExp(
  `(?:(?<!\\p{L})(?:${numberWord}|it['’]?s|it is|it was|es ist|sie ist|das ist|that['’]?s)(?!\\p{L}))${link}`,
  'iu',
);
const orderAfter =
  /^[\s,]*(?:is|was|ist|war|lautet|that is|das ist)\s+(?:the|my|our|die|meine|unsere|der|mein)\s+(?:order|purchase|bestell|auftrag|number|nummer)/iu;
const listLink =
  /^\s*(?:,|;|&|\+|\/|and|und|or|oder|sowie|also|auch|then|dann)(?:\s*(?:,|#|\(|and|und|or|oder|also|auch|then|dann|the|die|my|meine|orders?|bestellung|numbers?|nummer|nr\.?|no\.?))*\s*$/iu;
const denial =
  /(?<!\p{L})(?:not|nicht|instead of|statt|anstatt|rather than)(?:\s|#|the|die|orders?|bestellung|numbers?|nummer|nr\.?)*$/iu;
// Languages that write without spaces put the next word right beside a number.
const spacedLetter = '[\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}]';
const gluedBefore = new RegExp(`(?:${spacedLetter}[-/.]?|[_+/@])$`, 'u');
const gluedAfter = new RegExp(`^(?:${spacedLetter}|[-/.]${spacedLetter}|[_@])`, 'u');

function candidatesIn(text: string): Candidate[] {
  const found: Candidate[] = [];
  const characters = text.replace(/[^\p{L}\d¦]/gu, '');
  let end = 0;
  for (const { 0: digits, index } of text.matchAll(span)) {
    const before = text.slice(Math.max(0, index - 120), index);
    const after = text.slice(index + digits.length, index + digits.length + 60);
    const between = text.slice(end, index);
    end = index + digits.length;
    const own = markOf(before, after);
    if (gluedAfter.test(after) || (own === marks.bare && gluedBefore.test(before))) continue;
    if (own !== marks.order && isNamedOther(before, after)) continue;
    const isAlone = characters === digits.replace(/\D/g, '');
    const read = readSpan(digits, own !== marks.bare, isAlone);
    if (read === 'other') continue;
    const isListed = found.length > 0 && listLink.test(between);
    const mark = Math.max(own, isListed ? (found.at(-1)?.mark ?? 0) : 0);
    const orderIds = read === 'doubt' ? [undefined] : read;
    for (const [place, orderId] of orderIds.entries()) {
      found.push({ orderId, mark, isListed: isListed || place > 0, isDenied: denial.test(before) });
    }
  }
  return found;
}

function markOf(before: string, after: string): number {
  if (orderMark.test(before) || orderAfter.test(after)) return marks.order;
  return numberMark.test(before) ? marks.number : marks.bare;
}

/** Reads digits and their separators: the numbers in them, `other` for no order number, `doubt` where the end is unclear. */
function readSpan(digits: string, isMarked: boolean, isAlone: boolean): string[] | 'other' | 'doubt' {
  const groups = digits.split(/\D+/);
  const whole = groups.join('');
  const parts = new Set(digits.replace(/ +/g, ' ').match(/\D/g));
  const [part = ''] = parts;
  const isPhone = !isMarked && (/^0\d{6}/.test(whole) || /^1?\D?\d{3}[ .-]\d{3}[ .-]\d{4}$/.test(digits));
  if (parts.size === 0) {
    const isOther = !orderIdPattern.test(whole) || (!isMarked && (isYear(whole) || isPhone) && !isAlone);
    return isOther ? 'other' : [whole];
  }
  const unclear = isMarked || part === ' ' ? 'doubt' : 'other';
  if (parts.size > 1) return unclear;
  if (part === ',' && groups.every((group) => /^\d{4,12}$/.test(group))) return groups;
  if (isPhone || isDate(groups)) return isMarked ? 'doubt' : 'other';
  if (!orderIdPattern.test(whole)) return unclear;
  if (part === ' ') return isGrouped(groups) ? [whole] : 'doubt';
  const isOne = isMarked || isAlone;
  if (".,'’".includes(part)) return isOne && isInThousands(groups) ? [whole] : unclear;
  return part === '-' && isOne && (isSpelled(groups) || groups.every((group) => group.length > 1))
    ? [whole]
    : unclear;
}

/** `12 345`, `1234 5678` and `1 2 3 4 5`, not `12345 2` and `777 12345`. */
function isGrouped(groups: readonly string[]): boolean {
  return (
    isSpelled(groups) ||
    groups.every((group, place) => group.length <= 4 && (place === 0 || group.length > 1))
  );
}

/** `1 2 3 4 5`, digit by digit; fewer than four may be amounts. */
function isSpelled(groups: readonly string[]): boolean {
  return groups.length >= 4 && groups.every((group) => group.length === 1);
}

function isYear(digits: string): boolean {
  return /^(?:19[5-9]|20[0-4])\d$/.test(digits);
}

function isDate(groups: readonly string[]): boolean {
  const [first = '', second = '', third = ''] = groups;
  if (groups.length !== 3 || !(Number(second) >= 1 && Number(second) <= 31)) return false;
  return (isYear(third) && first.length <= 2) || (isYear(first) && third.length <= 2);
}

function isInThousands(groups: readonly string[]): boolean {
  return groups.every((group, place) => (place === 0 ? group.length <= 3 : group.length === 3));
}

/** Replaces a number that is not an order number; no digits join across it. */
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
  // 14 days, 5 pm, 3 items; a longer number before such a word may be an order number.
  new RegExp(`(?<![\\d.,'’#])\\d{1,2}(?:[.,]\\d+)?\\s?(?:${unit}|[ap]m(?![\\p{L}]))`, 'giu'),
  // 123 Main Street.
  /(?<!\d)\d+\s+(?:\p{L}+\s+){1,2}(?:street|st|road|rd|avenue|ave|lane)(?!\p{L})/giu,
];

/** Replaces mail addresses, links, dates, times, amounts, measures and postal addresses by a gap. */
function leaveOutOthers(text: string): string {
  const withoutAddresses = text.replace(/\S+/gu, (word) => (mailOrLink.test(word) ? gap : word));
  return patterns.reduce((rest, pattern) => rest.replace(pattern, gap), withoutAddresses);
}

const listWords = (list: string): string => list.trim().replace(/\s+/g, '|');
const linkToNumber =
  '(?:[\\s:.,=(#-]|is|was|are|ist|war|lautet|the|my|die|meine|of|von|about|around|only|nur|me|mich)*$';

const named = new RegExp(
  `(?<!\\p{L})(?:${listWords(`
    phone telephone telefon tele tel handy mobil mobile cell fax whatsapp ruf hotline durchwahl
    customer client kunden account konto rechnungs rechnung invoice tracking sendungs sendungsverfolgungs paket
    artikel article item product produkt model modell serial serien postcode postal zip plz postleitzahl
    house haus room zimmer flat apartment iban bank card karten version gutschein coupon voucher rabatt pin code
    street road straße strasse weg platz allee`)})(?:[\\s.-]*(?:code|number|numbers|no|nr|num|id|nummer))?${linkToNumber}`,
  'iu',
);
const street = /\p{L}(?:straße|strasse|str\.?|weg|platz|allee|gasse)\s+$/iu;
const priced = new RegExp(
  `(?<!\\p{L})(?:${listWords(`
    paid pay paying cost costs costing price worth charged overcharged total amount
    bezahlt bezahle zahle zahlte kostet kostete gekostet preis summe betrag wert`)})${linkToNumber}`,
  'iu',
);
const called =
  /(?<!\p{L})(?:call|ring|phone|dial|reach|text|ruf\p{L}*|anruf\p{L}*|erreich\p{L}*|wähl\p{L}*)(?:[^.!?;¦]{0,30}\s(?:at|on|under|unter|auf))?[\s:]*$/iu;
const measured = new RegExp(`^\\s?${unit}|^\\s*(?:bezahlt|gezahlt|gekostet|ausgegeben)(?!\\p{L})`, 'iu');

/** Says whether the words around a number make it the number of something else: a phone, a customer, a price. */
function isNamedOther(before: string, after: string): boolean {
  const near = before.slice(-80);
  return [named, street, priced, called].some((pattern) => pattern.test(near)) || measured.test(after);
}

/**
 * Writes every digit of a text as `0` to `9`, whatever keyboard it came from: full-width, Arabic, Persian, Devanagari.
 *
 * Compatibility forms become their ordinary letters (`№` is `No`); invisible characters are removed.
 */
function toAsciiDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Nd}/gu, (digit) => (digit <= '9' ? digit : String(readDigit(digit))));
}

// Unicode keeps the ten digits of a script side by side, zero first.
function readDigit(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return value;
}
