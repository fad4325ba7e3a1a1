import type { Json } from '../card.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type CompileContext, compileBinding, templateError, within } from './compileContext.ts';
import type { Evaluate } from './evaluate.ts';
import type { SchemaNode } from './fieldSchema.ts';
import { isTrue } from './functions.ts';
import { type Part, partValue } from './part.ts';
import type { Scope } from './scope.ts';

/** An element of a template list: an object that may carry `$when` and `$data`. */
export type TemplateNode = { [key: string]: Json };

const whole = /^\$\{([^}]*)\}$/;

/**
 * Compiles a list: elements whose `$when` is not true go, an element with `$data` is repeated for each item, and an
 * element that lacks an optional field goes. An empty list gives undefined, so that what holds it goes, too.
 */
export function compileList<T>(
  source: Json | undefined,
  context: CompileContext,
  compileItem: (node: TemplateNode, context: CompileContext) => Part<T>,
): Part<T[]> {
  if (!Array.isArray(source)) throw templateError(context, 'A list is expected here.');
  const elements = source.map((node, i) => compileElement(node, within(context, i), compileItem));
  const make = (scope: Scope): T[] | undefined => {
    const list: T[] = [];
    for (const element of elements) element(scope, list);
    return list.length === 0 ? undefined : list;
  };
  const isFixed = elements.every((element) => element.isFixed);
  return isFixed ? { fixed: make(noScope) } : { make };
}

/** Fixed parts never look at their scope. */
const noScope: Scope = { root: null, data: null, index: undefined, locale: 'en', changes: [] };

type Element<T> = ((scope: Scope, into: T[]) => void) & { isFixed: boolean };

function compileElement<T>(
  node: Json,
  context: CompileContext,
  compileItem: (node: TemplateNode, context: CompileContext) => Part<T>,
): Element<T> {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) {
    throw templateError(context, 'An object is expected here.');
  }
  const { $when, $data, ...rest } = node;
  const repeat = $data === undefined ? undefined : compileRepeat($data, context);
  const inner: CompileContext = repeat === undefined ? context : { ...context, data: repeat.item };
  const when = $when === undefined ? undefined : compileWhole($when, within(inner, '$when')).evaluate;
  const part = compileItem(rest, inner);

  const add = (scope: Scope, into: T[]) => {
    if (when !== undefined && !isTrue(when(scope))) return;
    const value = partValue(part, scope);
    if (value !== undefined) into.push(value);
  };
  if (repeat === undefined) return Object.assign(add, { isFixed: when === undefined && 'fixed' in part });
  return Object.assign(repeatEach(repeat.list, add, context), { isFixed: false });
}

function repeatEach<T>(list: Evaluate, add: (scope: Scope, into: T[]) => void, context: CompileContext) {
  return (scope: Scope, into: T[]): void => {
    const items = list(scope);
    if (items === undefined || items === null) return;
    if (!Array.isArray(items)) {
      throw new CodedError('template.invalidField', 'A list is bound here, and the field is none.', {
        path: context.path,
      });
    }
    // Far over every limit of a card: no need to make them all to refuse them.
    const { max } = limits.nodes;
    for (let index = 0; index < items.length && index < max; index += 1) {
      add({ ...scope, data: items[index] ?? null, index }, into);
    }
  };
}

function compileRepeat(
  source: Json,
  context: CompileContext,
): { list: Evaluate; item: SchemaNode | undefined } {
  const at = within(context, '$data');
  const { evaluate, schema } = compileWhole(source, at);
  const items = schema?.items;
  if (schema?.type !== 'array' || typeof items !== 'object' || items === null || Array.isArray(items)) {
    throw templateError(
      at,
      '$data takes a list.',
      'Bind a field whose schema is `{"type": "array", "items": {…}}`.',
    );
  }
  context.needs.counting = true;
  return { list: evaluate, item: items };
}

function compileWhole(source: Json, context: CompileContext) {
  const inner = typeof source === 'string' ? whole.exec(source)?.[1] : undefined;
  if (inner === undefined)
    throw templateError(context, 'One binding is expected here.', 'Write one `${…}` and nothing else.');
  return compileBinding(inner, context);
}
