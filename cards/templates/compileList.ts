import type { Json } from '../card.ts';
import { CodedError } from '../errors.ts';
import { type LimitName, limits } from '../limits.ts';
import { type CompileContext, compileBinding, createTemplateError, enterContext } from './compileContext.ts';
import type { Evaluate } from './evaluate.ts';
import { asNode, type SchemaNode } from './fieldSchema.ts';
import { isTrue } from './functions.ts';
import { fillPart, mapPart, type Part, type Scope } from './part.ts';

/** An element of a template list: an object that may carry `$when` and `$data`. */
export type TemplateNode = { [key: string]: Json };

const whole = /^\$\{([^}]*)\}$/;

/** Compiles an element to what it is for a card. */
type CompileItem<T> = (node: TemplateNode, context: CompileContext) => Part<T>;

/**
 * Compiles a list: elements whose `$when` is not true go, an element with `$data` is repeated for each item, and an
 * element that lacks an optional field goes. An empty list gives undefined, so that what holds it goes, too.
 *
 * @param limit - what a list that is fixed is held to at load; each card is measured as a whole
 * @throws CodedError `template.invalid`
 */
export function compileList<T>(
  source: Json | undefined,
  context: CompileContext,
  compileItem: CompileItem<T>,
  limit?: LimitName,
): Part<T[]> {
  if (!Array.isArray(source)) throw createTemplateError(context, 'A list is expected here.');
  const elements = source.map((node, i) => compileElement(node, enterContext(context, i), compileItem));
  const fixed = elements.flatMap((element) => ('fixed' in element ? (element.fixed ?? []) : []));
  if (elements.some((element) => 'make' in element)) {
    return { make: (scope) => keepFilled(elements.flatMap((element) => fillPart(element, scope) ?? [])) };
  }
  if (limit !== undefined && fixed.length > limits[limit].max) {
    const { max, unit } = limits[limit];
    throw createTemplateError(context, `${fixed.length} ${unit}; the limit is ${max}.`);
  }
  return { fixed: keepFilled(fixed) };
}

function keepFilled<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** Compiles an element to the items that it becomes. */
function compileElement<T>(source: Json, context: CompileContext, compileItem: CompileItem<T>): Part<T[]> {
  const node = asNode(source);
  if (node === undefined) throw createTemplateError(context, 'An object is expected here.');
  const { $when, $data, ...rest } = node;
  const repeat = $data === undefined ? undefined : compileRepeat($data, context);
  const inner: CompileContext = repeat === undefined ? context : { ...context, data: repeat.item };
  const when = $when === undefined ? undefined : compileWhole($when, enterContext(inner, '$when')).evaluate;
  const always = mapPart(compileItem(rest, inner), (item) => [item]);
  const part: Part<T[]> =
    when === undefined
      ? always
      : { make: (scope) => (isTrue(when(scope)) ? fillPart(always, scope) : undefined) };
  return repeat === undefined ? part : { make: (scope) => repeatEach(repeat.list, part, scope, context) };
}

function repeatEach<T>(list: Evaluate, part: Part<T[]>, scope: Scope, context: CompileContext): T[] {
  const items = list(scope) ?? [];
  if (!Array.isArray(items)) {
    throw new CodedError('template.invalidField', '`$data` needs a list, but this field is not a list.', {
      path: context.path,
    });
  }
  // Far over every limit of a card: no need to make them all to refuse them.
  return items
    .slice(0, limits.nodes.max)
    .flatMap((data, index) => fillPart(part, { ...scope, data, index }) ?? []);
}

function compileRepeat(
  source: Json,
  context: CompileContext,
): { list: Evaluate; item: SchemaNode | undefined } {
  const at = enterContext(context, '$data');
  const { evaluate, schema } = compileWhole(source, at);
  const items = asNode(schema?.items);
  if (schema?.type !== 'array' || items === undefined) {
    throw createTemplateError(
      at,
      '$data takes a list.',
      'Bind a field whose schema is `{"type": "array", "items": {…}}`.',
    );
  }
  return { list: evaluate, item: items };
}

function compileWhole(source: Json, context: CompileContext) {
  const inner = typeof source === 'string' ? whole.exec(source)?.[1] : undefined;
  if (inner === undefined)
    throw createTemplateError(context, 'One binding is expected here.', 'Write one `${…}` and nothing else.');
  return compileBinding(inner, context);
}
