import type { Json } from '../../cards/card.ts';
import { asNode, isRequired, propertiesOf, type SchemaNode } from '../../cards/json.ts';
import { addressOf, type TemplateFile } from '../../cards/templates/readTemplates.ts';

/**
 * Writes the TypeScript types of the fields of templates: a declaration file by which `sendCard` and `cardAttachment` are
 * checked by the compiler. A rule that TypeScript has no words for, such as a length, stays with the check at run time.
 */
export function writeFieldTypes(files: readonly TemplateFile[]): string {
  const entries = files.map((file) => {
    const about = writeComment(`${file.title}: ${file.description}`, '  ');
    // The file was parsed from JSON.
    return `${about}  '${addressOf(file)}': ${typeOf(file.fields as SchemaNode, '  ')};\n`;
  });
  return [
    '// Written by `npm run cards -- types`: run it again after a change of a template.\n',
    '/** The fields of every card template, by its address. */',
    `interface GenesysCardTemplates {\n${entries.join('')}}\n`,
  ].join('\n');
}

function typeOf(node: SchemaNode, indent: string): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (Array.isArray(node.enum)) return unionOf(node.enum.map((value) => JSON.stringify(value)));
  const { type } = node;
  const types = Array.isArray(type) ? type : [type ?? (node.properties === undefined ? undefined : 'object')];
  return unionOf(types.map((one) => writeNamedType(one, node, indent)));
}

function writeNamedType(type: Json | undefined, node: SchemaNode, indent: string): string {
  switch (type) {
    case 'integer':
      return 'number';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return type;
    case 'array': {
      const items = asNode(node.items);
      const item = items === undefined ? 'unknown' : typeOf(items, indent);
      return `readonly ${/^\{|^\S+$/.test(item) ? item : `(${item})`}[]`;
    }
    case 'object':
      return writeObjectType(node, indent);
    default:
      return 'unknown';
  }
}

function writeObjectType(object: SchemaNode, indent: string): string {
  const inner = `${indent}  `;
  const members = propertiesOf(object).map(([name, node]) => {
    const about = node.description ?? node.title;
    const isGiven = isRequired(object, name) && node.default === undefined;
    const type = `${isGiven ? ': ' : '?: '}${typeOf(node, inner)}${isGiven ? '' : ' | undefined'}`;
    return `${typeof about === 'string' ? writeComment(about, inner) : ''}${inner}${keyOf(name)}${type};\n`;
  });
  const { properties, additionalProperties } = object;
  const isOpen =
    additionalProperties === true || (properties === undefined && additionalProperties !== false);
  if (isOpen) members.push(`${inner}[name: string]: unknown;\n`);
  return members.length === 0 ? 'Record<string, never>' : `{\n${members.join('')}${indent}}`;
}

function keyOf(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

function writeComment(text: string, indent: string): string {
  return `${indent}/** ${text.replace(/\s+/g, ' ').replaceAll('*/', '*\\/')} */\n`;
}

function unionOf(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}
