import { existsSync, statSync, watch } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Writable } from 'node:stream';
import { CodedError } from '../../cards/errors.ts';
import type { UrlPolicy } from '../../cards/richText/urlPolicy.ts';
import { loadTemplate } from '../../cards/templates/loadTemplates.ts';
import {
  listTemplateFiles,
  publishedFile,
  readPublished,
  requireUnchanged,
} from '../../cards/templates/readTemplates.ts';
import { type Finding, findProblems } from '../authoring/lint/findProblems.ts';
import { type CommandContext, defineCommand, oneOf } from './command.ts';
import { paint } from './paint.ts';

/** Editors write a file in several steps. */
const settleMs = 100;

/**
 * `lint [FILE|FOLDER…]`: reports every problem of template files, and warnings; default: all folders of templates. Exit 1 on a
 * problem, not on a warning. `--watch` checks again after each change, until it is stopped.
 */
export const lint = defineCommand({
  options: { watch: { type: 'boolean', default: false }, format: { type: 'string', default: 'text' } },
  allowPositionals: true,
  async run({ values, positionals }, context) {
    const format = oneOf('format', values.format, reportFormats);
    const targets = positionals.length === 0 ? context.templateDirs : positionals;
    const once = (): number => {
      const { count, findings } = lintAll(targets, context.policy);
      writeFindings(findings, format, context);
      const errors = findings.filter(({ severity }) => severity === 'error').length;
      if (format === 'text') sayResult(count, errors, findings.length - errors, context);
      return errors > 0 ? 1 : 0;
    };
    if (!values.watch) return once();
    once();
    return watchFor(targets, once);
  },
});

function sayResult(count: number, errors: number, warnings: number, { stdout }: CommandContext): void {
  const warned = warnings === 0 ? '' : `; ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  if (errors === 0)
    stdout.write(
      `${paint('green', 'ok', stdout)}  ${count} templates, every sample in every locale and format${warned}\n`,
    );
}

/** Checks again after each change; never resolves. */
function watchFor(targets: readonly string[], look: () => void): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const folders = new Set(targets.map((target) => (isFolder(target) ? target : dirname(target))));
  for (const folder of folders) {
    watch(folder, () => {
      clearTimeout(timer);
      timer = setTimeout(look, settleMs);
    });
  }
  return new Promise(() => {});
}

function lintAll(targets: readonly string[], policy: UrlPolicy): { count: number; findings: Finding[] } {
  const findings: Finding[] = [];
  const addresses = new Set<string>();
  const files = targets.flatMap((target) => filesOf(target, findings));
  for (const file of files) {
    const found = findProblems(file, policy);
    findings.push(...found);
    if (found.some(({ severity }) => severity === 'error')) continue;
    try {
      const template = loadTemplate(file, policy);
      requireUnchanged(template, readPublished(dirname(file)));
      const { id } = template.ref;
      if (addresses.has(id))
        throw new CodedError('template.duplicate', `${id} is already published by another file.`, {
          path: '$.version',
        });
      addresses.add(id);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      findings.push(createFileFinding(file, error));
    }
  }
  return { count: files.length, findings };
}

/** The template files of a folder, or the file itself; reports a list of published versions that is not valid. */
function filesOf(target: string, findings: Finding[]): string[] {
  if (!isFolder(target)) return [target];
  try {
    readPublished(target);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    findings.push(createFileFinding(`${target}/${publishedFile}`, error));
    return [];
  }
  return listTemplateFiles(target);
}

function isFolder(target: string): boolean {
  return existsSync(target) && statSync(target).isDirectory();
}

/** Creates a finding about a whole file. */
function createFileFinding(file: string, { code, message, hint, path = '$' }: CodedError): Finding {
  return { file, severity: 'error', code, path, message, hint, line: 1, column: 1 };
}

/** Formats of findings: text for people, annotations of GitHub Actions, or one JSON list. */
const reportFormats = ['text', 'github', 'json'] as const;
type ReportFormat = (typeof reportFormats)[number];

/** Writes findings: `text` to `stderr`, the other formats to `stdout`. */
function writeFindings(
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

/** Escapes the signs of the runner's own syntax, as its toolkit does. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
