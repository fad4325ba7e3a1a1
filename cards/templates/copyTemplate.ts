import { isAbsolute, relative, sep } from 'node:path';
import { templateSchemaFile } from './readTemplates.ts';
import type { TemplateFile } from './templateFile.ts';

/** Where an editor finds the schema from a folder: nowhere from another drive of Windows or the cache of npx. */
export function schemaFrom(folder: string): Pick<TemplateFile, '$schema'> {
  const path = relative(folder, templateSchemaFile).split(sep).join('/');
  return isAbsolute(path) || path.includes('/_npx/') ? {} : { $schema: path };
}

/** Makes a template of another one, for a file in a folder. It names the schema for editors where the folder can reach it. */
export function copyTemplate(
  pattern: TemplateFile,
  { id, version, folder }: { id: string; version: number; folder: string },
): TemplateFile {
  const { $schema: _, ...content } = pattern;
  return { ...schemaFrom(folder), ...content, id, version };
}
