import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import { TemplateRegistry } from '../../cards/templates/registry.ts';
import { compareTemplates } from '../authoring/compareTemplates.ts';
import { defineCommand, UsageError } from './command.ts';
import { paint } from './paint.ts';

const signs = { same: ' ', added: '+', removed: '-' } as const;

/** `diff TEMPLATE TEMPLATE`: what each receiver gets of two versions, for every sample and locale; exit 1 when it differs. */
export const diff = defineCommand({
  options: {},
  allowPositionals: true,
  run({ positionals: [before, after, ...more] }, { templateDirs, policy, stdout }) {
    if (before === undefined || after === undefined || more.length > 0)
      throw new UsageError('Name two templates, such as order-status-v1 order-status-v2.');
    const registry = new TemplateRegistry(loadTemplates(templateDirs, policy));
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
