import { formatAll, formatNames } from '../../cards/formats/allFormats.ts';
import { proveSample } from '../../cards/templates/compileTemplate.ts';
import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import { TemplateRegistry } from '../../cards/templates/registry.ts';
import { exportCard, exportNames } from '../authoring/exportCard.ts';
import { defineCommand, oneOf, requireOne } from './command.ts';

const forms = [...formatNames, ...exportNames];

/** `preview TEMPLATE`: a sample of a template as it will be sent, as dialog code, or as a call. */
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
    const template = new TemplateRegistry(loadTemplates(templateDirs, policy)).get(address);
    const samples = Object.keys(template.file.samples);
    const sample = oneOf('sample', values.sample ?? samples[0] ?? '', samples);
    const locale = values.locale ?? template.file.locales[0] ?? 'en';
    const cards = proveSample(template, sample, locale, policy);
    const exported = exportNames.find((name) => name === form);
    if (exported !== undefined) {
      const fields = template.file.samples[sample] ?? {};
      stdout.write(
        exportCard(exported, { templateId: address, fields, locale: values.locale, cards }, policy),
      );
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
