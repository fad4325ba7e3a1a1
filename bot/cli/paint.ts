import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** Colours a text where a terminal reads it, and only there (NO_COLOR is respected). */
export function paint(style: Parameters<typeof styleText>[0], text: string, to: Writable): string {
  return isTerminal(to) ? styleText(style, text, { stream: process.stdout }) : text;
}

/** Says whether a terminal reads what is written. */
export function isTerminal(to: Writable): boolean {
  return 'isTTY' in to && to.isTTY === true;
}
