/**
 * Writes every digit of a text as `0` to `9`, whatever keyboard it came from: full-width, Arabic, Persian, Devanagari.
 *
 * Compatibility forms become their ordinary letters (`№` is `No`), invisible characters go.
 */
export function toAsciiDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Nd}/gu, (digit) => (digit <= '9' ? digit : String(readDigit(digit))));
}

/** Unicode keeps the ten digits of a script side by side, zero first. */
function readDigit(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return value;
}
