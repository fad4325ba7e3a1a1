import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A recipe of docs/cookbook.md: the file name of its picture without `.png`, and the components. */
export interface Recipe {
  picture: string;
  components: unknown;
}

/** Reads the recipes of docs/cookbook.md, in their order. */
export function readCookbook(): Recipe[] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'cookbook.md'), 'utf8');
  const recipes = text.matchAll(/\(cookbook\/([\w-]+)\.png\)\r?\n\r?\n```json\r?\n(.+?)```/gs);
  return [...recipes].map(([, picture = '', json = '']) => ({ picture, components: JSON.parse(json) }));
}
