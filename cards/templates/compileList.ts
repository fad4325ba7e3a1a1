import type { Json } from '../card.ts';
import { CodedError } from '../errors.ts';
import { type LimitName, limits } from '../limits.ts';
import { type CompileContext, compileBinding, templateError, within } from './compileContext.ts';
import type { Evaluate } from './evaluate.ts';
import type { SchemaNode } from './fieldSchema.ts';
import { isTrue } from './functions.ts';
import { appenderOf, type JsonPart } from './part.ts';
import type { Scope } from './scope.ts';

/** An element of a template list: an object that may carry `$when` and `$data`. */
export type TemplateNode = { [key: string]: Json };

/** What the elements of a list are. */
interface ListKind<T> {
  /** The list's limit in the table. */
  readonly limit: LimitName;
  readonly compileItem: (node: TemplateNode, context: CompileContext) => JsonPart<T>;
  /** Components that a fixed element adds to the card's count; default: none. */
  readonly sizeOf?: (item: T) => number;
}

const whole = /^\$\{([^}]*)\}$/;

/** A list while it is written. */
interface WrittenList {
  /** The JSON of the card so far, the list's elements at its end. */
  json: string;
  count: number;
}

type WriteElement = (scope: Scope, into: WrittenList) => void;
type Element<T> = { readonly fixed: T | undefined } | { readonly write: WriteElement };

/**
 * Compiles a list: elements whose `$when` is not true go, an element with `$data` is repeated for each item, and an
 * element that lacks an optional field goes. An empty list gives undefined, so that what holds it goes, too.
 */
export function compileList<T>(
  source: Json | undefined,
  context: CompileContext,
  kind: ListKind<T>,
): JsonPart<T[]> {
  if (!Array.isArray(source)) throw templateError(context, 'A list is expected here.');
  const elements = source.map((node, i) => compileElement(node, within(context, i), kind));
  const fixed = elements.flatMap((element) =>
    'fixed' in element && element.fixed !== undefined ? [element.fixed] : [],
  );
  const { max, unit } = limits[kind.limit];
  if (elements.every((element) => 'fixed' in element)) {
    // Components are counted through the whole card; nothing counts another list that is fixed.
    if (kind.limit !== 'components' && fixed.length > max) {
      throw templateError(context, `${fixed.length} ${unit}; the limit is ${max}.`);
    }
    return { fixed: fixed.length === 0 ? undefined : fixed };
  }
  const writers = elements.map((element) => ('write' in element ? element.write : add(element, kind)));
  return {
    append: (scope, json) => {
      const list: WrittenList = { json: `${json}[`, count: 0 };
      for (const write of writers) write(scope, list);
      if (list.count > max) scope.tally.isOverLimit = true;
      return list.count === 0 ? undefined : `${list.json}]`;
    },
  };
}

/** Adds one element to a list that is being written. */
function add<T>(part: JsonPart<T>, { limit, sizeOf }: ListKind<T>): WriteElement {
  const append = appenderOf(part);
  const isFixed = 'fixed' in part;
  const fixedSize = isFixed && part.fixed !== undefined ? (sizeOf?.(part.fixed) ?? 0) : 0;
  // What is inside of a written component counted itself while it was written.
  const size = isFixed ? fixedSize : limit === 'components' ? 1 : 0;
  return (scope, into) => {
    const json = append(scope, into.count === 0 ? into.json : `${into.json},`);
    if (json === undefined) return;
    into.json = json;
    into.count += 1;
    scope.tally.components += size;
  };
}

function compileElement<T>(node: Json, context: CompileContext, kind: ListKind<T>): Element<T> {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) {
    throw templateError(context, 'An object is expected here.');
  }
  const { $when, $data, ...rest } = node;
  const repeat = $data === undefined ? undefined : compileRepeat($data, context);
  const inner: CompileContext = repeat === undefined ? context : { ...context, data: repeat.item };
  const when = $when === undefined ? undefined : compileWhole($when, within(inner, '$when')).evaluate;
  const part = kind.compileItem(rest, inner);

  if (when === undefined && repeat === undefined && 'fixed' in part) return part;
  const always = add(part, kind);
  const write: WriteElement =
    when === undefined
      ? always
      : (scope, into) => {
          if (isTrue(when(scope))) always(scope, into);
        };
  return { write: repeat === undefined ? write : repeatEach(repeat.list, write, context) };
}

function repeatEach(list: Evaluate, write: WriteElement, context: CompileContext): WriteElement {
  return (scope, into) => {
    const items = list(scope);
    if (items === undefined || items === null) return;
    if (!Array.isArray(items)) {
      throw new CodedError('template.invalidField', '`$data` needs a list, but this field is not a list.', {
        path: context.path,
      });
    }
    // Far over every limit of a card: no need to make them all to refuse them.
    const { max } = limits.nodes;
    for (let index = 0; index < items.length && index < max; index += 1) {
      write({ ...scope, data: items[index] ?? null, index }, into);
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
  return { list: evaluate, item: items };
}

function compileWhole(source: Json, context: CompileContext) {
  const inner = typeof source === 'string' ? whole.exec(source)?.[1] : undefined;
  if (inner === undefined)
    throw templateError(context, 'One binding is expected here.', 'Write one `${…}` and nothing else.');
  return compileBinding(inner, context);
}
