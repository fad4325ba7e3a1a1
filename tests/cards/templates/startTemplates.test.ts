import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatTemplate } from '../../../bot/authoring/formatTemplate.ts';
import { formatAll } from '../../../cards/formats/allFormats.ts';
import { loadTemplates } from '../../../cards/templates/loadTemplates.ts';
import { startTemplatesDir } from '../../../cards/templates/readTemplates.ts';

/** Run with UPDATE_GOLDEN=1 to write them anew, and review the difference like code. */
const goldenDir = join(import.meta.dirname, 'golden');
const { templates, problems } = loadTemplates([startTemplatesDir]);

test('every start template is a template, in English and German, with two samples or more', () => {
  assert.deepEqual(problems, []);
  assert.ok(templates.size >= 8);
  for (const { file } of templates.values()) {
    assert.deepEqual(file.locales, ['en', 'de'], file.id);
    assert.ok(Object.keys(file.samples).length >= 2, file.id);
  }
  assert.deepEqual(
    readdirSync(goldenDir),
    [...templates.keys()].map((address) => `${address}.json`),
  );
});

for (const [address, template] of templates) {
  test(`the start template ${address} shows on every route what was reviewed`, () => {
    const cardsOf = (sample: string, locale: string) =>
      template
        .compose(structuredClone(readSamples(address)[sample]), { locale, messageId: `golden-${sample}` })
        .map((card) => formatAll(card));
    const shown = Object.fromEntries(
      Object.keys(template.file.samples).map((sample) => [
        sample,
        Object.fromEntries(template.file.locales.map((locale) => [locale, cardsOf(sample, locale)])),
      ]),
    );
    const text = formatTemplate(shown);
    const file = join(goldenDir, `${address}.json`);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8').replaceAll('\r\n', '\n'));
  });

  test(`the start template ${address} is laid out as \`new\` lays it out`, () => {
    const text = readFileSync(join(startTemplatesDir, `${address}.json`), 'utf8').replaceAll('\r\n', '\n');
    assert.equal(formatTemplate(JSON.parse(text)), text);
  });
}

function readSamples(address: string) {
  return JSON.parse(readFileSync(join(startTemplatesDir, `${address}.json`), 'utf8')).samples;
}
