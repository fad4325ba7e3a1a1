import { writeFileSync } from 'node:fs';
import { loadTemplates } from '../../cards/templates/loadTemplates.ts';
import { TemplateRegistry } from '../../cards/templates/registry.ts';
import { previewTemplate } from '../authoring/previewTemplate.ts';
import {
  launchBrowser,
  pictureThemes,
  pictureViews,
  pictureWidths,
  takePicture,
} from '../studio/takePicture.ts';
import { defineCommand, oneOf, requireOne } from './command.ts';

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
    const { file } = new TemplateRegistry(loadTemplates(templateDirs, policy)).get(address);
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
