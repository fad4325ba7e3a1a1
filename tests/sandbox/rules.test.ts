import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeRulesPage } from '../../sandbox/architect/rules.ts';

test('the page of rules is the one that is made from the code', () => {
  const page = readFileSync(join(import.meta.dirname, '../../sandbox/rules.md'), 'utf8');
  assert.equal(page.replaceAll('\r\n', '\n'), writeRulesPage());
});
