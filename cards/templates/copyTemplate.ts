import { isAbsolute, relative, sep } from 'node:path';
import { templateSchemaFile } from './loadTemplates.ts';
import type { TemplateFile } from './templateFile.ts';

/**
 * Makes a template of another one, for a file in a folder. It names the schema for editors where the folder can reach it: not from
 * another drive of Windows, and not from the cache of npx.
 */
export function copyTemplate(
  pattern: TemplateFile,
  { id, version, folder }: { id: string; version: number; folder: string },
): TemplateFile {
  const path = relative(folder, templateSchemaFile).split(sep).join('/');
  const schema = isAbsolute(path) || path.includes('/_npx/') ? {} : { $schema: path };
  const { $schema: _, ...content } = pattern;
  return { ...schema, ...content, id, version };
}
