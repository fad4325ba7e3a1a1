import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { listWebFiles } from '../../../bot/studio/webFiles.ts';

test('the import map of the page names every module that the modules of the page import', () => {
  const { files, imports } = listWebFiles();
  const missing = [...files.entries()]
    .filter(([, { path }]) => /\.m?js$/.test(path))
    .flatMap(([address, { path }]) =>
      [
        ...readFileSync(path, 'utf8').matchAll(
          /^(?:import|export)\b[^;'"]*?\bfrom ?['"]([^'"./][^'"]*)['"]/gm,
        ),
      ]
        .map(([, name = '']) => name)
        .filter((name) => imports[name] === undefined)
        .map((name) => `${address}: ${name}`),
    );
  assert.deepEqual(missing, []);
});
