import { isAbsolute, relative, sep } from 'node:path';
import { type TemplateFile, templateSchemaFile } from '../../cards/templates/readTemplates.ts';

const width = 110;

/**
 * Writes JSON as people lay out a template: an object or a list is one line where it fits into 110 characters. Numbers and
 * texts keep their values; the order of the keys stays.
 */
export function formatTemplate(value: unknown): string {
  return `${layOut(value, '', 0)}\n`;
}

/** @param used - the number of characters between the indent and the value */
function layOut(value: unknown, indent: string, used: number): string {
  const line = writeInOneLine(value);
  if (typeof value !== 'object' || value === null) return line;
  // The file itself is never one line.
  if (indent !== '' && indent.length + used + line.length < width) return line;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const rows = Array.isArray(value)
    ? value.map((item) => layOut(item, inner, 0))
    : listGivenMembers(value).map(([key, item]) => `${key}${layOut(item, inner, key.length)}`);
  if (rows.length === 0) return line;
  return `${open}\n${rows.map((row) => `${inner}${row}`).join(',\n')}\n${indent}${close}`;
}

function writeInOneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(writeInOneLine).join(', ')}]`;
  const rows = listGivenMembers(value).map(([key, item]) => `${key}${writeInOneLine(item)}`);
  return rows.length === 0 ? '{}' : `{ ${rows.join(', ')} }`;
}

/** The keys as JSON writes them, with their values; undefined is left out. */
function listGivenMembers(value: object): [key: string, item: unknown][] {
  return Object.entries(value).flatMap(([key, item]): [string, unknown][] =>
    item === undefined ? [] : [[`${JSON.stringify(key)}: `, item]],
  );
}

/** The path from a folder to the schema, for editors; none from another drive of Windows or in the cache of npx. */
export function schemaFrom(folder: string): Pick<TemplateFile, '$schema'> {
  const path = relative(folder, templateSchemaFile).split(sep).join('/');
  return isAbsolute(path) || path.includes('/_npx/') ? {} : { $schema: path };
}

/** Copies a template to a new id and version, for a file in a folder. It names the schema where the folder can reach it. */
export function copyTemplate(
  pattern: TemplateFile,
  { id, version, folder }: { id: string; version: number; folder: string },
): TemplateFile {
  const { $schema: _, ...content } = pattern;
  return { ...schemaFrom(folder), ...content, id, version };
}
