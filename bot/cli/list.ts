import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import type { Command } from './command.ts';
import { reportProblems } from './reportProblems.ts';

/** `list`: the templates that dialogs can ask for. */
export const list: Command = {
  async run(context) {
    const { templates, problems } = loadTemplates(context.templateDirs, context.policy);
    const addresses = [...templates.keys()].sort();
    const width = Math.max(0, ...addresses.map((address) => address.length));
    for (const address of addresses) {
      const file = templates.get(address)?.file;
      if (file === undefined) continue;
      const required = new Set(Array.isArray(file.fields.required) ? file.fields.required : []);
      const fields = Object.keys(Object(file.fields.properties)).map((name) =>
        required.has(name) ? name : `${name}?`,
      );
      context.stdout.write(`${address.padEnd(width)}  ${file.title}\n`);
      context.stdout.write(
        `${''.padEnd(width)}  locales ${file.locales.join(', ')}; samples ${Object.keys(file.samples).join(', ')}\n`,
      );
      context.stdout.write(`${''.padEnd(width)}  fields ${fields.join(', ') || 'none'}\n`);
    }
    reportProblems(problems, context.stderr);
    return problems.length === 0 ? 0 : 1;
  },
};
