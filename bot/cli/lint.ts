import { dirname, relative } from 'node:path';
import type { Writable } from 'node:stream';
import { CodedError } from '../../cards/errors.ts';
import { loadTemplate, loadTemplates, type TemplateProblem } from '../../cards/templates/loadTemplates.ts';
import { readPublished, requireUnchanged } from '../../cards/templates/published.ts';
import type { Command } from './command.ts';
import { paint } from './paint.ts';

/** `lint [files]`: every problem of the template files; all folders without arguments. */
export const lint: Command = {
  async run(context) {
    const { count, problems } =
      context.args.length === 0
        ? lintFolders(context.templateDirs, context.policy)
        : lintFiles(context.args, context.policy);
    reportProblems(problems, context.stderr);
    if (problems.length > 0) return 1;
    context.stdout.write(
      `${paint('green', 'ok', context.stdout)}  ${count} templates, every sample in every locale and format\n`,
    );
    return 0;
  },
};

function lintFolders(dirs: readonly string[], policy: Parameters<typeof loadTemplates>[1]) {
  const { templates, problems } = loadTemplates(dirs, policy);
  return { count: templates.size, problems };
}

function lintFiles(files: readonly string[], policy: Parameters<typeof loadTemplate>[1]) {
  const problems: TemplateProblem[] = [];
  for (const file of files) {
    try {
      requireUnchanged(loadTemplate(file, policy), readPublished(dirname(file)));
    } catch (error) {
      const coded =
        error instanceof CodedError
          ? error
          : new CodedError('template.invalid', 'The file cannot be read.', {
              cause: error,
              hint: 'Check its name and rights.',
            });
      problems.push({ file, error: coded });
    }
  }
  return { count: files.length, problems };
}

/** Writes problems one a line: file, JSON path, code, what is wrong, and what to do. */
export function reportProblems(problems: readonly TemplateProblem[], to: Writable): void {
  for (const { file, error } of problems) {
    const place = `${relative(process.cwd(), file)}:${error.path ?? '$'}`;
    to.write(`${paint('bold', place, to)}: ${paint('red', error.code, to)}: ${error.message}\n`);
    to.write(`  hint: ${error.hint}\n`);
  }
}
