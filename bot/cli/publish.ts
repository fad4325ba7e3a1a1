import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import { publish } from '../../cards/templates/published.ts';
import { type Command, UsageError } from './command.ts';
import { reportProblems } from './lint.ts';

/** `publish`: from now on the versions that there are must not change. */
export const publishCommand: Command = {
  async run({ args, templateDirs, policy, stdout, stderr }) {
    if (args.length > 0) throw new UsageError('publish takes no arguments: it publishes every template.');
    const folders = templateDirs.map((dir) => ({ dir, ...loadTemplates([dir], policy) }));
    const problems = folders.flatMap((folder) => folder.problems);
    reportProblems(problems, stderr);
    if (problems.length > 0) return 1;
    for (const { dir, templates } of folders) {
      for (const address of publish(dir, templates.values())) stdout.write(`${address} published\n`);
    }
    return 0;
  },
};
