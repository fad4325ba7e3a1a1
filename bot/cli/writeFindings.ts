import { relative } from 'node:path';
import type { Writable } from 'node:stream';
import type { Finding } from '../authoring/lint/findProblems.ts';
import { paint } from './paint.ts';

/** How findings are written: for people, as annotations of GitHub Actions, or as one JSON list. */
export const reportFormats = ['text', 'github', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Writes findings: text for people to `stderr`, the two for programs to `stdout`. */
export function writeFindings(
  findings: readonly Finding[],
  format: ReportFormat,
  { stdout, stderr }: { stdout: Writable; stderr: Writable },
): void {
  const named = findings.map((one) => ({ ...one, file: relative(process.cwd(), one.file) }));
  if (format === 'json') stdout.write(`${JSON.stringify(named, undefined, 2)}\n`);
  else if (format === 'github') for (const one of named) stdout.write(annotation(one));
  else for (const one of named) stderr.write(writeParagraph(one, stderr));
}

function writeParagraph(
  { file, line, column, severity, code, path, message, hint }: Finding,
  to: Writable,
): string {
  const place = paint('bold', `${file}:${line}:${column}`, to);
  const what = severity === 'error' ? paint('red', code, to) : paint('yellow', `warning ${code}`, to);
  return `${place}: ${path}: ${what}: ${message}\n  hint: ${hint}\n`;
}

function annotation({ file, line, column, severity, code, path, message, hint }: Finding): string {
  const place = `file=${escapeProperty(file)},line=${line},col=${column},title=${escapeProperty(code)}`;
  return `::${severity} ${place}::${escapeData(`${path}: ${message} ${hint}`)}\n`;
}

/** What the runner reads as its own signs is escaped, as its toolkit does. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
