import { existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { suggestOneOf } from '../../cards/closest.ts';
import { CodedError } from '../../cards/errors.ts';
import { copyTemplate, formatTemplate } from '../../cards/templates/formatTemplate.ts';
import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import { ownTemplatesDir, startTemplatesDir } from '../../cards/templates/readTemplates.ts';
import { addressOf, type TemplateFile } from '../../cards/templates/templateFile.ts';
import { defineCommand, UsageError } from './command.ts';

const idPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/**
 * `new NAME --from START|--like TEMPLATE`: a file to begin with, in the folder of one's own templates (`CARD_TEMPLATES_DIR`), else where one is.
 *
 * The name of a template that there is makes its next version. No file is ever overwritten.
 */
export const newTemplate = defineCommand({
  options: { like: { type: 'string' }, from: { type: 'string' } },
  allowPositionals: true,
  run({ values: { like, from }, positionals: [name, ...more] }, { templateDirs, policy, stdout }) {
    if (name === undefined || more.length > 0)
      throw new UsageError('Name the template, such as parcel-shop.');
    if (!idPattern.test(name) || name.length > 64)
      throw new UsageError('A name has small letters, digits and single dashes, such as parcel-shop.');
    const { templates } = loadTemplates(templateDirs, policy);
    if (like !== undefined && from !== undefined) throw new UsageError('Give either --from or --like.');
    const patterns = from === undefined ? templates : loadTemplates([startTemplatesDir], policy).templates;
    const wanted = from ?? like ?? 'help-v1';
    const pattern = patterns.get(wanted)?.file ?? findNewest(patterns, wanted);
    if (pattern === undefined) {
      const names = [...patterns.values()].map(({ file, ref }) => (from === undefined ? ref.id : file.id));
      throw new UsageError(`There is no template ${wanted} to begin with. ${suggestOneOf(wanted, names)}`);
    }
    const version = 1 + Math.max(0, ...versionsOf(templates, name));
    const own = templateDirs.filter((dir) => dir !== ownTemplatesDir).at(-1) ?? process.cwd();
    const file = copyTemplate(pattern, { id: name, version, folder: own });
    const path = join(own, `${addressOf(file)}.json`);
    if (existsSync(path))
      throw new CodedError('template.duplicate', `${path} is there already.`, {
        hint: 'Choose another name.',
      });
    writeFileSync(path, formatTemplate(file), { flag: 'wx' });
    const shown = relative(process.cwd(), path);
    stdout.write(`${shown} written. Change it, then: npm run cards -- lint ${shown}\n`);
    return 0;
  },
});

type Templates = ReturnType<typeof loadTemplates>['templates'];

function findNewest(templates: Templates, id: string): TemplateFile | undefined {
  return templates.get(`${id}-v${Math.max(0, ...versionsOf(templates, id))}`)?.file;
}

function versionsOf(templates: Templates, id: string): number[] {
  return [...templates.values()].filter(({ file }) => file.id === id).map(({ file }) => file.version);
}
