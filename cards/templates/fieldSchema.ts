import { createRequire } from 'node:module';
import type { Ajv, ErrorObject, Options, ValidateFunction } from 'ajv';
import type { Json } from '../card.ts';
import { cleanName } from '../checks/treat.ts';
import { findClosest, suggestName } from '../closest.ts';
import { CodedError, errorCodes, joinPath, writeJsonPath } from '../errors.ts';
import { asNode, findNodeAt, propertiesOf, type SchemaNode } from '../json.ts';
import { makeLazily } from '../lazily.ts';

/** The JSON Schema of a template's dynamic fields: checks values at run time, and bindings when the template is loaded. */
export class FieldSchema {
  readonly root: SchemaNode;
  readonly #validate: ValidateFunction;

  /**
   * @throws CodedError `template.invalid` when Ajv does not accept it in strict mode, or when it declares a field
   * where neither bindings nor the treatment of fields look.
   */
  constructor(schema: SchemaNode) {
    requireReadable(schema, 'template:$.fields');
    this.root = closeObjects(structuredClone(schema));
    try {
      loadSchemaCheck().validateSchema(this.root, true);
      // An Ajv for each template: the ids of one schema are not known to another.
      this.#validate = makeAjv({ meta: false, validateSchema: false }).compile(this.root);
    } catch (error) {
      throw new CodedError(
        'template.invalid',
        `The schema of the fields is not valid: ${messageOf(error)}.`,
        {
          path: 'template:$.fields',
          cause: error,
        },
      );
    }
  }

  /**
   * Checks the fields and fills declared defaults in place.
   *
   * @throws CodedError `template.missingField`, `template.unknownField` or `template.invalidField` with `fields:$…`.
   */
  check(fields: Json): void {
    if (this.#validate(fields)) return;
    const [error] = this.#validate.errors ?? [];
    throw error === undefined
      ? new CodedError('template.invalidField', 'The fields do not match the schema.')
      : this.#toCoded(error, fields);
  }

  #toCoded(error: ErrorObject, fields: Json): CodedError {
    const keys = error.instancePath
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
      .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const base = writeJsonPath(keys, 'fields:$');
    const declared = propertiesOf(findNodeAt(this.root, keys) ?? {}).map(([name]) => name);
    switch (error.keyword) {
      case 'required': {
        const name = String(error.params.missingProperty);
        const given = keys.reduce<Json | undefined>(memberOf, fields);
        const isMistyped = Object.keys(asNode(given) ?? {}).some(
          (key) => !declared.includes(key) && findClosest(key, [name]) !== undefined,
        );
        const mistyped = isMistyped ? ' One with a similar name is given.' : '';
        return new CodedError('template.missingField', `A required field is missing.${mistyped}`, {
          path: joinPath(base, name),
        });
      }
      case 'additionalProperties': {
        const name = String(error.params.additionalProperty);
        const meant = findClosest(name, declared);
        return new CodedError('template.unknownField', 'The template does not declare this field.', {
          path: joinPath(base, name),
          hint: `${suggestName(meant)}${errorCodes['template.unknownField'][1]}`,
        });
      }
      default:
        return new CodedError('template.invalidField', `The field ${describe(error)}.`, { path: base });
    }
  }
}

const require = createRequire(import.meta.url);

/**
 * Loads Ajv and its formats, such as `date`, when the first schema of fields is compiled. Authors' regular expressions and
 * formats are trusted like code; values are bounded before they get here.
 */
function makeAjv(options: Options = {}): Ajv {
  const ajvModule: typeof import('ajv') = require('ajv');
  const formats: typeof import('ajv-formats') = require('ajv-formats');
  const ajv = new ajvModule.Ajv({
    strict: true,
    useDefaults: true,
    allowUnionTypes: true,
    ownProperties: true,
    ...options,
  });
  formats.default(ajv);
  const { _, str } = ajvModule;
  ajv.removeKeyword('minLength').removeKeyword('maxLength');
  return ajv.addKeyword({
    keyword: ['minLength', 'maxLength'],
    type: 'string',
    schemaType: 'number',
    error: {
      message: ({ keyword, schemaCode }) =>
        str`must NOT have ${keyword === 'maxLength' ? 'more' : 'fewer'} than ${schemaCode} characters`,
    },
    // Ajv's own keywords count every text twice. Most texts need no count: a character has one or two units of the length.
    code(cxt) {
      const { keyword, data, schemaCode: limit } = cxt;
      const count = _`${cxt.gen.scopeValue('func', { ref: countCharacters })}(${data})`;
      cxt.fail(
        keyword === 'maxLength'
          ? _`${data}.length > ${limit} && ${count} > ${limit}`
          : _`${data}.length < 2 * ${limit} && ${count} < ${limit}`,
      );
    },
  });
}

/** Counts the characters of a text as JSON Schema does: an emoji of two UTF-16 units is one. */
function countCharacters(text: string): number {
  return [...text].length;
}

/** One for the schemas of all templates: compiling the meta schema takes longer than compiling a template. */
const loadSchemaCheck = makeLazily(makeAjv);

function memberOf(value: Json | undefined, key: string | number): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Array.isArray(value) ? value[Number(key)] : value[key];
}

/** Keywords with schemas inside: a field that is marked `writeOnly` in one of them would travel with the card. */
const unread = [
  ...['$ref', '$dynamicRef', '$recursiveRef', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'],
  ...['patternProperties', 'prefixItems', 'additionalItems', 'contains', 'dependencies', 'dependentSchemas'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
];

/** The declaration of a field must be under `properties` and `items`, where every reader looks for it. */
function requireReadable(node: SchemaNode | undefined, path: string): void {
  if (node === undefined) return;
  const { items, additionalProperties } = node;
  const found =
    unread.find((key) => node[key] !== undefined) ??
    (Array.isArray(items) ? 'items' : undefined) ??
    (asNode(additionalProperties) === undefined ? undefined : 'additionalProperties');
  if (found !== undefined) {
    throw new CodedError(
      'template.invalid',
      `The schema of the fields uses ${found} in a way that is not supported.`,
      {
        path: joinPath(path, found),
        hint: 'Declare each field under `properties`, those of a list under `items`, with a `type` or an `enum`.',
      },
    );
  }
  for (const [name, field] of propertiesOf(node)) {
    if (cleanName(name) !== name) {
      throw new CodedError(
        'template.invalid',
        'The name of a field contains characters that are not allowed.',
        {
          path: joinPath(path, 'properties'),
          hint: 'Write the name without control characters, tabs and line breaks, in the normal form NFC.',
        },
      );
    }
    requireReadable(field, joinPath(joinPath(path, 'properties'), name));
  }
  requireReadable(asNode(items), joinPath(path, 'items'));
}

/** Objects of a field schema accept no undeclared property unless the author allows it. */
function closeObjects(node: SchemaNode): SchemaNode {
  if (node.properties !== undefined && node.additionalProperties === undefined)
    node.additionalProperties = false;
  for (const [, field] of propertiesOf(node)) closeObjects(field);
  const items = asNode(node.items);
  if (items !== undefined) closeObjects(items);
  return node;
}

/** Ajv's own message speaks of the schema only (`must be string`), except for enums and constants, which it leaves out. */
function describe(error: ErrorObject): string {
  if (error.keyword === 'enum' && Array.isArray(error.params.allowedValues)) {
    return `must be one of ${error.params.allowedValues.map(String).join(', ')}`;
  }
  return error.message ?? `fails ${error.keyword}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
