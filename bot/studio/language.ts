import { findNodeAtLocation, getNodeValue, parseTree } from 'jsonc-parser';
import languageService from 'vscode-json-languageservice';
import { findNodeAt, type SchemaNode } from '../../cards/json.ts';
import { functions } from '../../cards/templates/functions.ts';
import type { SchemaScope } from '../authoring/lint/bindings.ts';
import { createTemplateJsonSchema } from '../authoring/templateSchema.ts';
import { scopeOf } from './editTemplate.ts';

/** A proposal for the text at the cursor. */
export interface Completion {
  readonly label: string;
  /** Replaces the text between `from` and `to`; `${1:words}` is a placeholder. */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
  /** The kind of the proposal. */
  readonly kind: 'property' | 'enum' | 'variable' | 'function';
  readonly info: string;
}

const { getLanguageService, TextDocument } = languageService;

/** Completion and hover text of the editor. */
interface TemplateLanguage {
  complete(text: string, offset: number): Promise<Completion[]>;
  /** Plain text; empty for a place without a description. */
  hover(text: string, offset: number): Promise<string>;
}

/** Creates completion and hover text from the schema that VS Code uses, and from the template's own fields. */
export function createTemplateLanguage(): TemplateLanguage {
  const schema = createTemplateJsonSchema();
  const uri = 'schema://template';
  const service = getLanguageService({
    clientCapabilities: languageService.ClientCapabilities.LATEST,
    // The `$schema` of a file is not loaded.
    workspaceContext: { resolveRelativePath: () => uri },
    schemaRequestService: async () => JSON.stringify(schema),
  });
  service.configure({ schemas: [{ uri, fileMatch: ['*.json'] }] });
  const read = (text: string, offset: number) => {
    const document = TextDocument.create('file:///template.json', 'json', 1, text);
    return { document, position: document.positionAt(offset), json: service.parseJSONDocument(document) };
  };
  return {
    async complete(text, offset) {
      const binding = findBindingAt(text, offset);
      if (binding !== undefined) return completeBinding(text, offset, binding);
      const { document, position, json } = read(text, offset);
      const found = await service.doComplete(document, position, json);
      return (found?.items ?? []).map((item): Completion => {
        const { label, textEdit, documentation = '' } = item;
        const range = textEdit !== undefined && 'range' in textEdit ? textEdit.range : undefined;
        return {
          label,
          insert: textEdit?.newText ?? item.insertText ?? label,
          from: range === undefined ? offset : document.offsetAt(range.start),
          to: range === undefined ? offset : document.offsetAt(range.end),
          kind: item.kind === languageService.CompletionItemKind.Property ? 'property' : 'enum',
          info: typeof documentation === 'string' ? documentation : documentation.value,
        };
      });
    },
    async hover(text, offset) {
      const word = findBindingAt(text, offset) === undefined ? undefined : findWordAt(text, offset);
      if (word !== undefined) return wordsOf(text, offset, word);
      const { document, position, json } = read(text, offset);
      const contents = (await service.doHover(document, position, json))?.contents ?? [];
      return (
        (Array.isArray(contents) ? contents : [contents])
          .map((one) => (typeof one === 'string' ? one : one.value))
          .join('\n\n')
          // The service returns Markdown; the page shows plain text.
          .replaceAll(/\\(.)/g, '$1')
      );
    },
  };
}

/** The text between the last `${` of this line and the cursor; undefined outside of a binding. */
function findBindingAt(text: string, offset: number): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const [, inner] = /\$\{([^}]*)$/.exec(line) ?? [];
  return inner;
}

function findWordAt(text: string, offset: number): string | undefined {
  const before = findLastWord(text.slice(Math.max(0, offset - 100), offset));
  const [after = ''] = /^[\w$]*/.exec(text.slice(offset, offset + 100)) ?? [];
  return before + after === '' ? undefined : before + after;
}

/** The path at the end of a text; empty when it ends with something else. */
function findLastWord(text: string): string {
  return text.split(/[^\w$.]/).at(-1) ?? '';
}

function completeBinding(text: string, offset: number, inner: string): Completion[] {
  // There are no proposals inside a text in quotes.
  if (inner.split("'").length % 2 === 0) return [];
  const path = findLastWord(inner);
  const keys = path.split('.');
  const typed = keys.pop() ?? '';
  const place = { from: offset - typed.length, to: offset };
  const { data, root } = findScopeAt(text, offset);
  const node = keys[0] === '$root' ? findNodeAt(root, keys.slice(1)) : findNodeAt(data, keys);
  const fields = Object.entries(Object(node?.properties ?? {})).map(
    ([name, schema]): Completion => ({
      ...{ ...place, label: name, insert: name, kind: 'variable' },
      info: describeField(schema),
    }),
  );
  if (keys.length > 0) return fields;
  const own: [string, string][] = [
    ['$index', 'The place in the list, from 0.'],
    ['$root', 'All fields, inside a repeated element.'],
  ];
  return [
    ...fields,
    ...own.map(([label, info]): Completion => ({ ...place, label, insert: label, kind: 'variable', info })),
    ...[...functions].map(([name, { usage, does }]): Completion => {
      return { ...place, label: name, insert: `${name}(\${1})`, kind: 'function', info: `${usage}\n${does}` };
    }),
  ];
}

function wordsOf(text: string, offset: number, word: string): string {
  const known = functions.get(word);
  if (known !== undefined) return `${known.usage}\n${known.does}`;
  const keys = word.split('.');
  const { data, root } = findScopeAt(text, offset);
  const node = keys[0] === '$root' ? findNodeAt(root, keys.slice(1)) : findNodeAt(data, keys);
  return node === undefined ? '' : `${word}: ${describeField(node)}`;
}

/** Describes a field by its type, its values and its own description. */
function describeField(schema: unknown): string {
  const { type, description, enum: values, format } = Object(schema);
  const what = [format ?? type ?? (values === undefined ? 'any value' : 'one of')].flat().join(' or ');
  const choices = Array.isArray(values) ? `${values.map(String).join(', ')}` : '';
  return [what, choices, description].filter((part) => typeof part === 'string' && part !== '').join(' · ');
}

function findScopeAt(text: string, offset: number): SchemaScope {
  const tree = parseTree(text);
  const fields = tree && findNodeAtLocation(tree, ['fields']);
  // Parsed from JSON, so it is JSON.
  const root = fields?.type === 'object' ? (getNodeValue(fields) as SchemaNode) : undefined;
  return scopeOf(tree, root, offset);
}
