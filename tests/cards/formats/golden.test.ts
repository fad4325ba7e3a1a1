import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatAll, formatNames } from '../../../cards/formats/allFormats.ts';
import { ownRegistry } from '../../fakes/templates.ts';

/** Run with UPDATE_GOLDEN=1 to write them anew, and review the difference like code. */
const goldenDir = join(import.meta.dirname, 'golden');
const update = process.env.UPDATE_GOLDEN === '1';
if (update) mkdirSync(goldenDir, { recursive: true });

const registry = ownRegistry();
const expectedFiles: string[] = [];

for (const address of registry.addresses) {
  const template = registry.get(address);
  for (const locale of template.file.locales) {
    for (const format of formatNames) {
      const name = `${address}.${locale}.${format}.json`;
      expectedFiles.push(name);
      test(`${address} in ${locale} as ${format} is as reviewed`, () => {
        const shown = Object.fromEntries(
          Object.entries(template.file.samples).map(([sample, fields]) => {
            const cards = registry.compose({
              templateId: address,
              fields,
              locale,
              messageId: `golden-${sample}`,
            });
            return [sample, cards.map((card) => formatAll(card)[format])];
          }),
        );
        const text = `${JSON.stringify(shown, null, 2)}\n`;
        const file = join(goldenDir, name);
        if (update) writeFileSync(file, text);
        assert.equal(text, readFileSync(file, 'utf8'));
      });
    }
  }
}

test('there is no golden file that nothing makes any more', () => {
  assert.deepEqual(readdirSync(goldenDir).sort(), expectedFiles.sort());
});
