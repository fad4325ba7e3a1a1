import type { Json } from '../card.ts';
import { findClosest, suggestName } from '../closest.ts';
import { CodedError } from '../errors.ts';
import { asNode, findNodeAt, propertiesOf, type SchemaNode } from '../json.ts';
import type { UrlPolicy } from '../richText/urlPolicy.ts';
import { type Evaluate, evaluate } from './evaluate.ts';
import {
  type Expression,
  type FieldPath,
  parseExpression,
  pathsOf,
  readsIndex,
  requireFunctions,
  writePath,
} from './expression.ts';
import type { TemplateFile } from './readTemplates.ts';

/** The place of a template that is compiled, for one locale. */
export interface CompileContext {
  /** JSON path of this place in the template file. */
  readonly path: string;
  /** The locale of the texts. */
  readonly locale: string;
  /** The locale whose texts replace missing ones: the first of the template. */
  readonly defaultLocale: string;
  readonly policy: UrlPolicy;
  /** Schema of the dynamic fields. */
  readonly root: SchemaNode;
  /** Schema of the current `$data` element, else of the fields. */
  readonly data: SchemaNode | undefined;
  readonly overLimit: TemplateFile['overLimit'];
  /** Receives every mistake of the file; undefined: the first mistake is thrown. */
  readonly report?: ((mistake: CodedError) => void) | undefined;
}

type Reporting = Pick<CompileContext, 'report'>;

/** Runs a step of the compiler; where mistakes are collected, a failed step returns `instead`. */
export function attempt<T, U>(context: Reporting, step: () => T, instead: U): T | U {
  try {
    return step();
  } catch (error) {
    refuse(context, error);
    return instead;
  }
}

/** Throws a mistake of the file, or reports it where mistakes are collected. */
export function refuse({ report }: Reporting, error: unknown): void {
  if (report === undefined || !(error instanceof CodedError)) throw error;
  report(error);
}

/** A part that is left out of every card. */
export const leftOut = { fixed: undefined };

/** The same context one step further down. */
export function enterContext(context: CompileContext, key: string | number): CompileContext {
  return { ...context, path: typeof key === 'number' ? `${context.path}[${key}]` : `${context.path}.${key}` };
}

/** An error at this place of the template file. */
export function createTemplateError(context: CompileContext, message: string, hint?: string): CodedError {
  return new CodedError('template.invalid', message, { path: context.path, hint });
}

/** Compiles the inside of a `${…}` and checks that every path in it is declared in the schema of the fields. */
export function compileBinding(
  source: string,
  context: CompileContext,
): { evaluate: Evaluate; schema: SchemaNode | undefined } {
  const expression = parseExpression(source, context.path);
  requireDeclared(expression, context);
  requireFunctions(expression, context.path);
  if (context.data === context.root && readsIndex(expression)) {
    throw createTemplateError(
      context,
      '`$index` has a value only inside $data.',
      'It is the place of an item in the list that is repeated, from 0.',
    );
  }
  const schema = findShownSchema(expression, context);
  return { evaluate: (scope) => evaluate(expression, scope, context.path), schema };
}

/** The schema of the field that is shown: that of `note` for `note ?? 'none'`, too. */
function findShownSchema(expression: Expression, context: CompileContext): SchemaNode | undefined {
  if (expression.kind === 'default') return findShownSchema(expression.left, context);
  return expression.kind === 'path' ? schemaOf(expression, context) : undefined;
}

function schemaOf(path: FieldPath, context: CompileContext): SchemaNode | undefined {
  return findNodeAt(path.root === '$root' ? context.root : context.data, path.keys);
}

function requireDeclared(expression: Expression, context: CompileContext): void {
  const undeclared = pathsOf(expression).find((path) => schemaOf(path, context) === undefined);
  if (undeclared === undefined) return;
  throw createTemplateError(
    context,
    `The field ${writePath(undeclared)} is not declared.`,
    `${suggestName(findMeantPath(undeclared, context))}Declare it in the schema under \`fields\`, or correct its name. Inside $data, outer fields are $root.name.`,
  );
}

/** Finds the declared path that an undeclared one may mean: in the current data, else in the outer fields. */
function findMeantPath({ root, keys }: FieldPath, context: CompileContext): string | undefined {
  const own = root === '$root' ? undefined : closePath(keys, context.data);
  if (own !== undefined) return own;
  const outer = closePath(keys, context.root);
  return outer === undefined ? undefined : `$root.${outer}`;
}

/** The path with the first name in it that is not declared replaced by one that is close. */
function closePath(keys: FieldPath['keys'], root: SchemaNode | undefined): string | undefined {
  const wrong = keys.findIndex((_, i) => findNodeAt(root, keys.slice(0, i + 1)) === undefined);
  if (wrong === -1) return writePath({ root: '$data', keys });
  const properties = propertiesOf(findNodeAt(root, keys.slice(0, wrong)) ?? {});
  const name = findClosest(
    String(keys[wrong]),
    properties.map(([declared]) => declared),
  );
  return name === undefined ? undefined : writePath({ root: '$data', keys: keys.with(wrong, name) });
}

/** Picks the text of the context's locale; a template without it falls back to its first locale. */
export function pickText(value: Json | undefined, context: CompileContext): string {
  if (value === undefined) throw createTemplateError(context, 'This is missing.');
  if (typeof value === 'string') return value;
  const texts = asNode(value);
  const text = texts?.[context.locale] ?? texts?.[context.defaultLocale];
  if (typeof text === 'string') return text;
  throw createTemplateError(
    context,
    texts === undefined ? 'A text is expected here.' : `There is no text for ${context.defaultLocale}.`,
    'Write a string, or an object with a string for each locale.',
  );
}
