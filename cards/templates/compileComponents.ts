import type { Component } from '../card.ts';
import { requireOwnHost } from '../checks/treat.ts';
import { suggestOneOf } from '../closest.ts';
import { alternativeOf, isOptional, type Member, type Members } from '../components/componentModule.ts';
import { componentTypes, moduleOf } from '../components/componentTypes.ts';
import { CodedError } from '../errors.ts';
import { asNode, type Json, type SchemaNode } from '../json.ts';
import { type LimitName, limits, requireAtMost } from '../limits.ts';
import {
  attempt,
  type CompileContext,
  compileBinding,
  createTemplateError,
  enterContext,
  leftOut,
  refuse,
} from './compileContext.ts';
import { compileMarkdown } from './compileMarkdown.ts';
import { compileChoice, compilePayload, compilePlain, compileUrl } from './compileText.ts';
import { type Evaluate, fillPart, mapPart, type Part, type Scope } from './evaluate.ts';
import { isTrue } from './functions.ts';

/** An element of a template list: an object that may carry `$when` and `$data`. */
type TemplateNode = { [key: string]: Json };

/** Compiles one element of a list. */
type CompileItem<T> = (node: TemplateNode, context: CompileContext) => Part<T>;

/** Compiles a list of components of a template. */
export function compileComponents(source: Json | undefined, context: CompileContext): Part<Component[]> {
  return compileList(source, context, compileComponent);
}

function compileComponent(node: TemplateNode, context: CompileContext): Part<Component> {
  const types = Object.keys(componentTypes);
  const type = types.find((key) => key === node.type);
  if (type === undefined) {
    throw createTemplateError(
      enterContext(context, 'type'),
      'The component type is unknown.',
      suggestOneOf(String(node.type), types),
    );
  }
  // The type of a component is made of the same members: TypeScript cannot follow that through Object.entries.
  return compileObject(node, moduleOf(type).members, context) as Part<Component>;
}

/** An object whose members TypeScript does not know. */
type Made = { [name: string]: unknown };

function compileObject(node: TemplateNode, members: Members, context: CompileContext): Part<Made> {
  requireKeys(node, Object.keys(members), context);
  const given = Object.entries(members).filter(
    ([name, member]) => node[name] !== undefined || !isOptional(member),
  );
  const object = createObjectPart(
    given.map(([name, member]) => ({
      name,
      part: attempt(context, () => compileMember(node, name, member, enterContext(context, name)), leftOut),
      isRequired: !isOptional(member),
    })),
  );
  const links = Object.entries(members).flatMap(([name, member]) =>
    member.kind === 'url' && member.label !== undefined ? [{ name, label: member.label }] : [],
  );
  if (links.length === 0) return object;
  return mapPart(object, (made) => {
    for (const { name, label } of links)
      requireOwnHost(String(made[label]), String(made[name]), () => enterContext(context, label).path);
    return made;
  });
}

/** Makes an object of its members: without a required one there is no object, without an optional one there is. */
function createObjectPart(
  members: readonly { name: string; part: Part<unknown>; isRequired: boolean }[],
): Part<Made> {
  const make = (scope: Scope | undefined): Made | undefined => {
    const object: Made = {};
    for (const { name, part, isRequired } of members) {
      const value = 'fixed' in part ? part.fixed : scope && part.make(scope);
      if (value !== undefined) object[name] = value;
      else if (isRequired) return undefined;
    }
    return object;
  };
  return members.every(({ part }) => 'fixed' in part) ? { fixed: make(undefined) } : { make };
}

function compileMember(
  node: TemplateNode,
  name: string,
  member: Member,
  at: CompileContext,
): Part<NonNullable<unknown>> {
  const source = node[name];
  switch (member.kind) {
    case 'fixed':
      return { fixed: member.value };
    case 'line':
      return compilePlain(source, 'line', member.limit, at);
    case 'body':
      // The author's Markdown is checked once; values are placed into it as text.
      return node.markdown === true ? compileMarkdown(source, at) : compilePlain(source, 'block', 'body', at);
    case 'payload':
      return compilePayload(source, at);
    case 'url':
      return compileUrl(source, member.use, at);
    case 'choice':
      return compileChoice(source, member.of, at);
    case 'flag':
      if (typeof source === 'boolean') return { fixed: source };
      throw createTemplateError(at, 'true or false is expected here.');
    case 'list': {
      const { limit, items } = member;
      return compileList(source, at, (item, itemAt) => compileOneOf(item, items, itemAt), limit);
    }
    case 'components':
      return compileComponents(source, at);
  }
}

/** Compiles an object that is one of several alternatives; where the deciding member is bound, it may be any of them. */
function compileOneOf(
  node: TemplateNode,
  alternatives: readonly Members[],
  context: CompileContext,
): Part<Made> {
  const [first = {}, ...others] = alternatives;
  const [name] = Object.entries(first).find(([, { kind }]) => kind === 'fixed') ?? [];
  if (name === undefined || others.length === 0) return compileObject(node, first, context);
  requireKeys(node, Object.keys(first), context);
  const choices = alternatives.flatMap(({ [name]: member }) =>
    member?.kind === 'fixed' ? member.value : [],
  );
  const choice = attempt(
    context,
    () => compileChoice(node[name], choices, enterContext(context, name)),
    // The other members are compiled, too.
    { fixed: choices[0] },
  );
  const compileAs = (value: string): Part<Made> =>
    compileObject(node, alternativeOf(alternatives, { [name]: value }) ?? {}, context);
  if ('fixed' in choice) return compileAs(choice.fixed ?? '');
  // Compiled as each of the alternatives, so that fixed members are checked at load.
  const parts = new Map(choices.map((value) => [value, compileAs(value)]));
  return {
    make: (scope) => {
      const part = parts.get(choice.make(scope) ?? '');
      return part === undefined ? undefined : fillPart(part, scope);
    },
  };
}

/** Refuses a key of a template's object that is not known there. */
function requireKeys(node: TemplateNode, allowed: readonly string[], context: CompileContext): void {
  for (const key of Object.keys(node)) {
    if (allowed.includes(key)) continue;
    const hint = suggestOneOf(key, [...allowed, '$when', '$data']);
    refuse(context, createTemplateError(enterContext(context, key), 'This key is not known here.', hint));
  }
}

/**
 * Compiles a list: an element whose `$when` is not true or that lacks an optional field is left out, and an element with
 * `$data` is repeated for each item. An empty list is undefined, so that the object that holds it is left out, too.
 *
 * @param limit - of a fixed list, checked at load unless the template splits or degrades; each card is measured as a whole
 * @throws CodedError `template.invalid`
 */
function compileList<T>(
  source: Json | undefined,
  context: CompileContext,
  compileItem: CompileItem<T>,
  limit?: LimitName,
): Part<T[]> {
  if (!Array.isArray(source)) throw createTemplateError(context, 'A list is expected here.');
  const elements = source.flatMap((node, i): Element<T> | [] =>
    attempt(context, () => compileElement(node, enterContext(context, i), compileItem), []),
  );
  const isFixed = elements.every(
    ({ item, when, repeat }) => 'fixed' in item && when === undefined && repeat === undefined,
  );
  const make = (scope: Scope): T[] | undefined => {
    const list: T[] = [];
    for (const element of elements) addItems(list, element, scope);
    return list.length === 0 ? undefined : list;
  };
  if (!isFixed) return { make };
  const fixed = elements.flatMap(({ item }) => ('fixed' in item ? (item.fixed ?? []) : []));
  if (limit !== undefined && context.overLimit === 'refuse' && fixed.length > limits[limit].max) {
    const { max, unit } = limits[limit];
    throw createTemplateError(context, `${fixed.length} ${unit}; the limit is ${max}.`);
  }
  return { fixed: fixed.length === 0 ? undefined : fixed };
}

/** A compiled element of a list. */
interface Element<T> {
  readonly item: Part<T>;
  /** The condition of `$when`. */
  readonly when: Evaluate | undefined;
  /** The list of `$data`. */
  readonly repeat: Evaluate | undefined;
  /** JSON path of the element in the template. */
  readonly path: string;
}

function compileElement<T>(source: Json, context: CompileContext, compileItem: CompileItem<T>): Element<T> {
  const node = asNode(source);
  if (node === undefined) throw createTemplateError(context, 'An object is expected here.');
  const { $when, $data, ...rest } = node;
  const repeat = $data === undefined ? undefined : compileRepeat($data, context);
  const inner: CompileContext = repeat === undefined ? context : { ...context, data: repeat.item };
  return {
    item: compileItem(rest, inner),
    when:
      $when === undefined
        ? undefined
        : attempt(context, () => compileWhole($when, enterContext(inner, '$when')).evaluate, undefined),
    repeat: repeat?.list,
    path: context.path,
  };
}

/** Adds the items that an element becomes for a card: one, none, or one for each item of its `$data`. */
function addItems<T>(list: T[], element: Element<T>, scope: Scope): void {
  const { repeat, path } = element;
  if (repeat === undefined) {
    addItem(list, element, scope);
    return;
  }
  const items = repeat(scope) ?? [];
  if (!Array.isArray(items)) {
    throw new CodedError('template.invalidField', '`$data` needs a list, but this field is not a list.', {
      path,
    });
  }
  // A list in a list could make many times as many elements as the fields have values.
  scope.repeated.count += items.length;
  requireAtMost('nodes', scope.repeated.count, () => path);
  for (const [index, data] of items.entries()) addItem(list, element, { ...scope, data, index });
}

function addItem<T>(list: T[], { item, when }: Element<T>, scope: Scope): void {
  if (when !== undefined && !isTrue(when(scope))) return;
  const value = fillPart(item, scope);
  if (value !== undefined) list.push(value);
}

function compileRepeat(
  source: Json,
  context: CompileContext,
): { list: Evaluate; item: SchemaNode | undefined } {
  const at = enterContext(context, '$data');
  const { evaluate, schema } = compileWhole(source, at);
  const items = asNode(schema?.items);
  if (![schema?.type].flat().includes('array') || items === undefined) {
    throw createTemplateError(
      at,
      '$data takes a list.',
      'Bind a field whose schema is `{"type": "array", "items": {…}}`.',
    );
  }
  return { list: evaluate, item: items };
}

const whole = /^\$\{([^}]*)\}$/;

function compileWhole(source: Json, context: CompileContext) {
  const inner = typeof source === 'string' ? whole.exec(source)?.[1] : undefined;
  if (inner === undefined)
    throw createTemplateError(context, 'One binding is expected here.', 'Write one `${…}` and nothing else.');
  return compileBinding(inner, context);
}
