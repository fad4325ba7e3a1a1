import { toAsciiDigits } from './asciiDigits.ts';
import { isNamedOther, leaveOutOthers } from './otherNumbers.ts';

/** An order number in the form that the dialogs and the order source use: 3 to 12 digits. */
export const orderIdPattern = /^\d{3,12}$/;

const wholly = /^(?:ord-|#)?(?<id>\d{3,12})$/i;
// No customer writes more, and a pasted book must not cost a turn.
const charactersRead = 8_000;

/** Reads a text that is nothing but an order number (`12345`, `#12345`, `ORD-12345`); answers its digits. */
export function parseOrderId(text: string): string | undefined {
  return wholly.exec(text.trim())?.groups?.id;
}

/** The one order number of a sentence; undefined when there is none, when there are several, and in doubt. */
export function findOrderId(sentence: string): string | undefined {
  const [orderId, ...others] = findOrderIds(sentence);
  return others.length === 0 ? orderId : undefined;
}

/**
 * Finds the order numbers of a sentence; answers their digits, in the order in which they stand there.
 *
 * Numbers are read whole: `12 345` is 12345. A number after a word such as *order* or `#` wins over one after *number*,
 * and that over a bare one. Dates, amounts, measures, phone numbers, and numbers of customers or invoices are none.
 * In doubt the answer is empty: two bare numbers that are no list, or a number whose end is unclear. Of a text the first
 * 8,000 characters are read.
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

/** What a number has before it: a word for an order or `#`, a word for a number, nothing. */
const marks = { order: 2, number: 1, bare: 0 } as const;

interface Candidate {
  /** Undefined when it is unclear where the number ends. */
  orderId: string | undefined;
  mark: number;
  /** It goes on with a list that the candidate before it began. */
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

/** Reads digits with what parts them: the numbers that they are; `doubt` for what may be a number in part. */
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
  return part === '-' && isOne && groups.every((group) => group.length > 1) ? [whole] : unclear;
}

/** `12 345` and `1234 5678`, not `12345 2` and `777 12345`. */
function isGrouped(groups: readonly string[]): boolean {
  return groups.every((group, place) => group.length <= 4 && (place === 0 || group.length > 1));
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
