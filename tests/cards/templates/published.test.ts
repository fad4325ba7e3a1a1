import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadTemplates } from '../../../cards/templates/loadTemplates.ts';
import { ownTemplatesDir, publish, readPublished } from '../../../cards/templates/readTemplates.ts';
import { templateFile } from '../../fakes/templates.ts';

test('a published version must not change, and the next one is free', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'published-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const write = (version: number, parts: object) =>
    writeFileSync(join(dir, `test-v${version}.json`), JSON.stringify(templateFile({ version, ...parts })));
  write(1, {});
  assert.deepEqual(publish(dir, loadTemplates([dir]).templates.values()), ['test-v1']);
  assert.deepEqual(loadTemplates([dir]).problems, []);

  const file = join(dir, 'test-v1.json');
  writeFileSync(file, `{\n  "$schema": "../a.json",${JSON.stringify(templateFile()).slice(1)}`);
  assert.deepEqual(loadTemplates([dir]).problems, [], 'the place of the schema is not content');

  write(1, { title: 'Changed' });
  write(2, { title: 'Changed' });
  const { templates, problems } = loadTemplates([dir]);
  assert.deepEqual([...templates.keys()], ['test-v2']);
  assert.deepEqual(
    [problems[0]?.error.code, problems[0]?.error.path],
    ['template.invalid', 'template:$.version'],
  );
});

test('every template of the project is published', () => {
  const { templates } = loadTemplates([ownTemplatesDir]);
  assert.deepEqual([...readPublished(ownTemplatesDir).keys()], [...templates.keys()].sort());
});
