import { relative } from 'node:path';
import type { Writable } from 'node:stream';
import type { TemplateProblem } from '../../cards/templates/readTemplates.ts';
import { paint } from './paint.ts';

/** Writes problems one a line: file, JSON path, code, what is wrong, and what to do. */
export function reportProblems(problems: readonly TemplateProblem[], to: Writable): void {
  for (const { file, error } of problems) {
    const place = `${relative(process.cwd(), file)}:${error.path?.replace(/^template:/, '') ?? '$'}`;
    to.write(`${paint('bold', place, to)}: ${paint('red', error.code, to)}: ${error.message}\n`);
    to.write(`  hint: ${error.hint}\n`);
  }
}
