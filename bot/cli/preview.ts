import { writeFileSync } from 'node:fs';
import { formatAll, formatNames } from '../../cards/formats/allFormats.ts';
import { proveSample } from '../../cards/templates/compileTemplate.ts';
import { loadTemplates, TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import { compareTemplates } from '../authoring/compareTemplates.ts';
import { exportCard, exportNames } from '../authoring/exportCard.ts';
import { previewTemplate } from '../authoring/previewTemplate.ts';
import {
  launchBrowser,
  pictureThemes,
  pictureViews,
  pictureWidths,
  takePicture,
} from '../studio/takePicture.ts';
import { type CommandContext, defineCommand, oneOf, requireOne, UsageError } from './command.ts';
import { paint } from './paint.ts';

const forms = [...formatNames, ...exportNames];

/** `preview TEMPLATE`: shows a sample of a template as it will be sent, as the code of a dialog, or as a call. */
export const preview = defineCommand({
  options: {
    sample: { type: 'string' },
    format: { type: 'string', default: formatNames[0] },
    locale: { type: 'string' },
  },
  allowPositionals: true,
  run({ values, positionals }, { templateDirs, policy, stdout }) {
    const address = requireOne(positionals, 'Name one template, such as order-status-v1.');
    const form = oneOf('format', values.format, forms);
    const template = openRegistry({ templateDirs, policy }).get(address);
    const samples = Object.keys(template.file.samples);
    const sample = oneOf('sample', values.sample ?? samples[0] ?? '', samples);
    const locale = values.locale ?? template.file.locales[0] ?? 'en';
    const cards = proveSample(template, sample, locale, policy);
    const exported = exportNames.find((name) => name === form);
    if (exported !== undefined) {
      const fields = template.file.samples[sample] ?? {};
      stdout.write(exportCard(exported, { templateId: address, fields, locale: values.locale, cards }));
    }
    const format = formatNames.find((name) => name === form);
    if (format === undefined) return 0;
    for (const card of cards) {
      const shown = formatAll(card)[format];
      stdout.write(`${typeof shown === 'string' ? shown : JSON.stringify(shown, null, 2)}\n`);
    }
    return 0;
  },
});

const signs = { same: ' ', added: '+', removed: '-' } as const;

/** `diff TEMPLATE TEMPLATE`: compares what each receiver gets from two versions, for every sample and locale; exit 1 on a difference. */
export const diff = defineCommand({
  options: {},
  allowPositionals: true,
  run({ positionals: [before, after, ...more] }, { templateDirs, policy, stdout }) {
    if (before === undefined || after === undefined || more.length > 0)
      throw new UsageError('Name two templates, such as order-status-v1 order-status-v2.');
    const registry = openRegistry({ templateDirs, policy });
    const found = compareTemplates(registry.get(before), registry.get(after));
    for (const { sample, locale, format, lines } of found) {
      stdout.write(`${sample} in ${locale} as ${format}\n`);
      for (const { kind, text } of lines) {
        const line = `${signs[kind]} ${text}`;
        const color = kind === 'added' ? 'green' : 'red';
        stdout.write(`  ${kind === 'same' ? line : paint(color, line, stdout)}\n`);
      }
    }
    if (found.length === 0) stdout.write('Every receiver gets the same from both versions.\n');
    return found.length === 0 ? 0 : 1;
  },
});

/** `picture TEMPLATE`: a sample of a template as a PNG, for the person who approves it. */
export const picture = defineCommand({
  options: {
    sample: { type: 'string' },
    locale: { type: 'string' },
    view: { type: 'string', default: pictureViews[0] },
    width: { type: 'string', default: pictureWidths[0] },
    theme: { type: 'string', default: pictureThemes[0] },
    output: { type: 'string', short: 'o' },
  },
  allowPositionals: true,
  async run({ values, positionals }, { templateDirs, policy, env, stdout }) {
    const address = requireOne(positionals, 'Name one template, such as order-status-v1.');
    const view = oneOf('view', values.view, pictureViews);
    const width = oneOf('width', values.width, pictureWidths);
    const theme = oneOf('theme', values.theme, pictureThemes);
    const { file } = openRegistry({ templateDirs, policy }).get(address);
    const sample = values.sample ?? Object.keys(file.samples)[0] ?? '';
    oneOf('sample', sample, Object.keys(file.samples));
    const preview = previewTemplate(JSON.stringify(file), { sample, locale: values.locale }, policy);
    const browser = await launchBrowser({ env });
    try {
      const path = values.output ?? `${address}.${sample}.png`;
      writeFileSync(path, await takePicture(browser, preview, { view, width, theme }));
      stdout.write(`${path} written.\n`);
    } finally {
      await browser.close();
    }
    return 0;
  },
});

/** @throws CodedError for the first template that is not valid */
function openRegistry({
  templateDirs,
  policy,
}: Pick<CommandContext, 'templateDirs' | 'policy'>): TemplateRegistry {
  return new TemplateRegistry(loadTemplates(templateDirs, policy));
}
