import { existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { suggestOneOf } from '../../cards/closest.ts';
import { CodedError } from '../../cards/errors.ts';
import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import {
  addressOf,
  ownTemplatesDir,
  publish,
  readPublished,
  startTemplatesDir,
  type TemplateFile,
} from '../../cards/templates/readTemplates.ts';
import { writeFieldTypes } from '../authoring/fieldTypes.ts';
import { copyTemplate, formatTemplate } from '../authoring/formatTemplate.ts';
import { askYes, type CommandContext, defineCommand, UsageError } from './command.ts';
import { reportProblems } from './paint.ts';

const idPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/**
 * `new NAME --from START|--like TEMPLATE`: writes a template file to begin with, into `CARD_TEMPLATES_DIR`, else into the current
 * folder.
 *
 * The name of an existing template makes its next version. The command never overwrites a file.
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
    if (like !== undefined && from !== undefined) throw new UsageError('Use either --from or --like.');
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

/** `types [FILE]`: writes the TypeScript types of the fields of every template. `-` is standard output. */
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

/** `publish NAME…`: marks these versions as published: their files must not change any more. Asks first, unless `--yes` is given. */
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
