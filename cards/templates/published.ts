import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../errors.ts';
import { tryJson, withoutMark } from '../json.ts';
import type { CompiledTemplate } from './compileTemplate.ts';

/** Beside the templates of a folder: the address of every published version, and the hash that it must keep. */
export const publishedFile = 'published.json';

const publishedSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{16}$/));

/** The published versions of a folder; none without the file. */
export function readPublished(dir: string): ReadonlyMap<string, string> {
  const file = join(dir, publishedFile);
  if (!existsSync(file)) return new Map();
  const parsed = publishedSchema.safeParse(tryJson(withoutMark(readFileSync(file, 'utf8'))));
  if (!parsed.success)
    throw new CodedError('template.invalid', `${file} is not a list of published versions.`, {
      hint: `Restore ${publishedFile} from version control; the templates themselves are fine.`,
    });
  return new Map(Object.entries(parsed.data));
}

/**
 * Holds a template to its promise that a published version never changes.
 *
 * @throws CodedError `template.invalid` when its file is not the one that was published
 */
export function requireUnchanged(template: CompiledTemplate, published: ReadonlyMap<string, string>): void {
  const hash = published.get(template.ref.id);
  if (hash === undefined || hash === template.ref.hash) return;
  throw new CodedError('template.invalid', `${template.ref.id} is published and must not change.`, {
    path: 'template:$.version',
    hint: 'Undo the change, or copy the file to the next version.',
  });
}

/** Publishes templates of a folder: from now on their files must not change. Returns the new addresses. */
export function publish(dir: string, templates: Iterable<CompiledTemplate>): string[] {
  const published = new Map(readPublished(dir));
  const added: string[] = [];
  for (const { ref } of templates) {
    if (published.has(ref.id)) continue;
    published.set(ref.id, ref.hash);
    added.push(ref.id);
  }
  const sorted = Object.fromEntries([...published].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (added.length > 0) writeFileSync(join(dir, publishedFile), `${JSON.stringify(sorted, null, 2)}\n`);
  return added;
}
