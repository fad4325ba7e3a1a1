import { allFormats, formatNames } from '../../cards/formats/allFormats.ts';
import { proveSample } from '../../cards/templates/compileTemplate.ts';
import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import { TemplateRegistry } from '../../cards/templates/registry.ts';
import { defineCommand, UsageError } from './command.ts';

/** `preview TEMPLATE`: a sample of a template as it will be sent. */
export const preview = defineCommand({
  options: {
    sample: { type: 'string' },
    format: { type: 'string', default: 'guest' },
    locale: { type: 'string' },
  },
  allowPositionals: true,
  run({ values, positionals }, { templateDirs, policy, stdout }) {
    const [address] = positionals;
    if (address === undefined || positionals.length > 1)
      throw new UsageError('Name one template, such as order-status-v1.');
    const format = formatNames.find((name) => name === values.format);
    if (format === undefined) throw new UsageError(`--format is one of ${formatNames.join(', ')}.`);
    const template = new TemplateRegistry(loadTemplates(templateDirs, policy)).get(address);
    const samples = Object.keys(template.file.samples);
    const sample = values.sample ?? samples[0] ?? '';
    if (!samples.includes(sample)) throw new UsageError(`--sample is one of ${samples.join(', ')}.`);
    const locale = values.locale ?? template.file.locales[0] ?? 'en';
    for (const card of proveSample(template, sample, locale, policy)) {
      const shown = allFormats(card)[format];
      stdout.write(`${typeof shown === 'string' ? shown : JSON.stringify(shown, null, 2)}\n`);
    }
    return 0;
  },
});
