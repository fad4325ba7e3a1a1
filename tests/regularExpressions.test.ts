import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { analyse } from 'scslre';

const root = join(import.meta.dirname, '..');

interface Pattern {
  source: string;
  flags: string;
  where: string;
}

/** The regular expressions that stand in the source as literals. */
function literals(): Pattern[] {
  return globSync('{bot,cards,dialogs}/**/*.ts', { cwd: root }).flatMap((file) => {
    const found: Pattern[] = [];
    const code = stripTypeScriptTypes(readFileSync(join(root, file), 'utf8'));
    full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node) => {
      if (!('regex' in node)) return;
      const { pattern, flags } = node.regex as { pattern: string; flags: string };
      found.push({ source: pattern, flags, where: file });
    });
    return found;
  });
}

/** The regular expressions that our modules build when they are loaded; the script that trains is run by its import. */
async function built(): Promise<Pattern[]> {
  const found: Pattern[] = [];
  const real = globalThis.RegExp;
  globalThis.RegExp = new Proxy(real, {
    construct(target, parameters, newTarget) {
      const made: RegExp = Reflect.construct(target, parameters, newTarget);
      const where = new Error().stack?.split('\n')[2] ?? '';
      if (!where.includes('node_modules')) found.push({ source: made.source, flags: made.flags, where });
      return made;
    },
  });
  try {
    for (const file of globSync(
      '{cards/{richText,components,checks,formats,readers,templates},dialogs}/**/*.ts',
      { cwd: root, exclude: ['dialogs/recognizer/train.ts'] },
    )) {
      await import(join(root, file));
    }
  } finally {
    globalThis.RegExp = real;
  }
  return found;
}

/** Says which expressions may take more than linear time on some text, and the characters that it is made of. */
function slowOnes(patterns: readonly Pattern[]): string[] {
  const unique = new Map(patterns.map((pattern) => [`/${pattern.source}/${pattern.flags}`, pattern]));
  return [...unique].flatMap(([expression, { source, flags, where }]) =>
    analyse({ source, flags }).reports.map(({ character }) => `${where}: ${expression} on ${character.pick}`),
  );
}

test('no regular expression takes more than linear time on any text', async () => {
  // First, while none of our modules is loaded.
  const patterns = [...(await built()), ...literals()];
  assert.ok(patterns.length > 200);
  assert.deepEqual(slowOnes(patterns), []);
});
