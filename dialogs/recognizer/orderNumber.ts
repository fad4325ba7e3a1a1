/** An order number in the form that the dialogs and the order source use: 3 to 12 digits. */
export const orderIdPattern = /^\d{3,12}$/;

const wholly = /^(?:ord-|#)?(?<id>\d{3,12})$/i;
const phoneNumber = /\+\d[\d ()/.-]*/g;
const within =
  /(?<![\p{L}\p{N}_+/€$£-]|\d[.,:]|[€$£] )(?:ord[- ]|#)?(?<id>\d{3,12})(?![\p{L}\p{N}_/-]|[.,:]\d| ?(?:€|%|\$|£|eur|usd))/giu;

/** Reads a text that is nothing but an order number (`12345`, `#12345`, `ORD-12345`); answers its digits. */
export function parseOrderId(text: string): string | undefined {
  return wholly.exec(text.trim())?.groups?.id;
}

/**
 * Finds the order number in a sentence; answers its digits.
 *
 * A marked one (`#12345`, `ORD-12345`) wins over a bare one. Digits of mail addresses, links, phone numbers, dates
 * and amounts of money are not order numbers.
 */
export function findOrderId(sentence: string): string | undefined {
  const words = sentence.split(/\s+/).filter((word) => !/@|:\/\/|^www\./i.test(word));
  const found = [...words.join(' ').replace(phoneNumber, ' ').matchAll(within)];
  const best = found.find((match) => /^[o#]/i.test(match[0])) ?? found[0];
  return best?.groups?.id;
}
