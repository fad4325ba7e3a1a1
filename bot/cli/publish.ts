import { suggestOneOf } from '../../cards/closest.ts';
import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import { publish, readPublished } from '../../cards/templates/published.ts';
import { askYes } from './askYes.ts';
import { type CommandContext, defineCommand, UsageError } from './command.ts';
import { reportProblems } from './reportProblems.ts';

/** `publish NAME…`: from now on these versions must not change. Asks first; `--yes` answers for a script. */
export const publishCommand = defineCommand({
  options: { yes: { type: 'boolean', default: false } },
  allowPositionals: true,
  async run({ values, positionals: names }, context) {
    const { templateDirs, policy, stdout, stderr } = context;
    const folders = templateDirs.map((dir) => ({
      dir,
      ...loadTemplates([dir], policy),
      published: readPublished(dir),
    }));
    const problems = folders.flatMap((folder) => folder.problems);
    reportProblems(problems, stderr);
    if (problems.length > 0) return 1;
    const known = folders.flatMap(({ templates }) => [...templates.keys()]);
    const open = folders.flatMap(({ templates, published }) =>
      [...templates.keys()].filter((name) => !published.has(name)),
    );
    if (names.length === 0)
      throw new UsageError(
        open.length === 0
          ? 'Name a template. All that there are have been published.'
          : `Name a template. Not published yet: ${open.join(', ')}.`,
      );
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new UsageError(`There is no template ${unknown}. ${suggestOneOf(unknown, known)}`);
    const wanted = names.filter((name) => open.includes(name));
    for (const name of names) if (!wanted.includes(name)) stdout.write(`${name} is published already\n`);
    if (wanted.length === 0) return 0;
    if (!values.yes && !(await isSure(wanted, context))) {
      stdout.write('Nothing was published.\n');
      return 1;
    }
    for (const { dir, templates } of folders) {
      const chosen = [...templates.values()].filter(({ ref }) => wanted.includes(ref.id));
      for (const address of publish(dir, chosen)) stdout.write(`${address} published\n`);
    }
    return 0;
  },
});

function isSure(names: readonly string[], context: CommandContext): Promise<boolean> {
  const files = names.length === 1 ? 'its file' : 'their files';
  return askYes(`Publish ${names.join(', ')}? From then on ${files} must not change.`, context);
}
