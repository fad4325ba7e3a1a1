import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** Colours a text where a terminal reads it, and only there (NO_COLOR is respected). */
export function paint(style: Parameters<typeof styleText>[0], text: string, to: Writable): string {
  const isTerminal = 'isTTY' in to && to.isTTY === true;
  return isTerminal ? styleText(style, text, { stream: process.stdout }) : text;
}
