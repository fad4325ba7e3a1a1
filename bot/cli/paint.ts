import { relative } from 'node:path';
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { CodedError } from '../../cards/errors.ts';
import type { TemplateProblem } from '../../cards/templates/readTemplates.ts';

/** Colours a text if its output is a terminal; respects NO_COLOR. */
export function paint(style: Parameters<typeof styleText>[0], text: string, to: Writable): string {
  return isTerminal(to) ? styleText(style, text, { stream: process.stdout }) : text;
}

/** Says whether an output is a terminal. */
export function isTerminal(to: Writable): boolean {
  return 'isTTY' in to && to.isTTY === true;
}

/** Writes each problem with its file, JSON path, code, message and hint. */
export function reportProblems(problems: readonly TemplateProblem[], to: Writable): void {
  for (const { file, error } of problems) {
    const place = `${relative(process.cwd(), file)}:${error.path?.replace(/^template:/, '') ?? '$'}`;
    to.write(`${paint('bold', place, to)}: `);
    writeError(error, to);
  }
}

/** Writes an error of ours with its code and hint. */
export function writeError({ code, message, hint }: CodedError, to: Writable): void {
  to.write(`${paint('red', code, to)}: ${message}\n  hint: ${hint}\n`);
}
