import { existsSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { thereAre } from '../../cards/closest.ts';
import { CodedError } from '../../cards/errors.ts';
import { loadTemplates, ownTemplatesDir, templateSchemaFile } from '../../cards/templates/loadTemplates.ts';
import { addressOf, type TemplateFile } from '../../cards/templates/templateFile.ts';
import { defineCommand, UsageError } from './command.ts';

const idPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/**
 * `new NAME --like TEMPLATE`: a file to begin with, in the folder of one's own templates (`CARD_TEMPLATES_DIR`), else where one is.
 *
 * The name of a template that there is makes its next version. No file is ever overwritten.
 */
export const newTemplate = defineCommand({
  options: { like: { type: 'string', default: 'help-v1' } },
  allowPositionals: true,
  run({ values: { like }, positionals: [name, ...more] }, { templateDirs, policy, stdout }) {
    if (name === undefined || more.length > 0)
      throw new UsageError('Name the template, such as parcel-shop.');
    if (!idPattern.test(name) || name.length > 64)
      throw new UsageError('A name has small letters, digits and single dashes, such as parcel-shop.');
    const { templates } = loadTemplates(templateDirs, policy);
    const known = [...templates.keys()];
    const pattern = templates.get(like)?.file ?? newest(templates, like);
    if (pattern === undefined)
      throw new UsageError(`There is no template ${like} to begin with. ${thereAre(like, known)}`);
    const version = 1 + Math.max(0, ...versionsOf(templates, name));
    const own = templateDirs.filter((dir) => dir !== ownTemplatesDir).at(-1) ?? process.cwd();
    const file: TemplateFile = { ...pattern, ...schemaFrom(own), id: name, version };
    const path = join(own, `${addressOf(file)}.json`);
    if (existsSync(path))
      throw new CodedError('template.duplicate', `${path} is there already.`, {
        hint: 'Choose another name.',
      });
    writeFileSync(path, `${JSON.stringify(file, undefined, 2)}\n`, { flag: 'wx' });
    const shown = relative(process.cwd(), path);
    stdout.write(`${shown} written. Change it, then: npm run cards -- lint ${shown}\n`);
    return 0;
  },
});

/** Where an editor finds the schema from a folder; nowhere when the package stands on another drive or in the cache of npx. */
function schemaFrom(dir: string): Pick<TemplateFile, '$schema'> {
  const path = relative(dir, templateSchemaFile).split(sep).join('/');
  return isAbsolute(path) || path.includes('/_npx/') ? { $schema: undefined } : { $schema: path };
}

type Templates = ReturnType<typeof loadTemplates>['templates'];

function newest(templates: Templates, id: string): TemplateFile | undefined {
  return templates.get(`${id}-v${Math.max(0, ...versionsOf(templates, id))}`)?.file;
}

function versionsOf(templates: Templates, id: string): number[] {
  return [...templates.values()].filter(({ file }) => file.id === id).map(({ file }) => file.version);
}
