import { writeFileSync } from 'node:fs';
import { writeFieldTypes } from '../../cards/templates/fieldTypes.ts';
import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import { defineCommand, UsageError } from './command.ts';
import { reportProblems } from './reportProblems.ts';

/** `types [FILE]`: the TypeScript types of the fields of every template. `-` is standard output. */
export const types = defineCommand({
  options: {},
  allowPositionals: true,
  run({ positionals: [path = 'card-templates.d.ts', ...more] }, { templateDirs, policy, stdout, stderr }) {
    if (more.length > 0) throw new UsageError('Name one file.');
    const { templates, problems } = loadTemplates(templateDirs, policy);
    reportProblems(problems, stderr);
    if (problems.length > 0) return 1;
    const text = writeFieldTypes(
      [...templates].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { file }]) => file),
    );
    if (path === '-') stdout.write(text);
    else {
      writeFileSync(path, text);
      stdout.write(`${path} written: the fields of ${templates.size} templates.\n`);
    }
    return 0;
  },
});
