import { addressOf, readTemplates } from '../../cards/templates/readTemplates.ts';
import type { Command } from './command.ts';
import { reportProblems } from './paint.ts';

/** `list`: the templates that dialogs can ask for. It only reads their files; `lint` says whether a bot can load them. */
export const list: Command = {
  async run(context) {
    const { files, problems } = readTemplates(context.templateDirs);
    const byAddress = files.map((file) => ({ ...file, address: addressOf(file) }));
    byAddress.sort((a, b) => (a.address < b.address ? -1 : 1));
    const width = Math.max(0, ...byAddress.map(({ address }) => address.length));
    for (const { address, title, locales, samples, fields } of byAddress) {
      const required = new Set(Array.isArray(fields.required) ? fields.required : []);
      const names = Object.keys(Object(fields.properties)).map((name) =>
        required.has(name) ? name : `${name}?`,
      );
      context.stdout.write(`${address.padEnd(width)}  ${title}\n`);
      context.stdout.write(
        `${''.padEnd(width)}  locales ${locales.join(', ')}; samples ${Object.keys(samples).join(', ')}\n`,
      );
      context.stdout.write(`${''.padEnd(width)}  fields ${names.join(', ') || 'none'}\n`);
    }
    reportProblems(problems, context.stderr);
    return problems.length === 0 ? 0 : 1;
  },
};
