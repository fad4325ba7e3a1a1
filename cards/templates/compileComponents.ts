import type { Component } from '../card.ts';
import { requireOwnHost } from '../checks/treat.ts';
import { thereAre } from '../closest.ts';
import { componentTypes, moduleOf } from '../components/componentTypes.ts';
import { alternativeOf, isOptional, type Member, type Members } from '../components/members.ts';
import type { Json } from '../json.ts';
import { type CompileContext, createTemplateError, enterContext } from './compileContext.ts';
import { compileList, type TemplateNode } from './compileList.ts';
import { compileBody, compileChoice, compileLine, compilePayload, compileUrl } from './compileText.ts';
import { createObjectPart, fillPart, mapPart, type Part } from './part.ts';

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
      'The type is not a known one.',
      thereAre(String(node.type), types),
    );
  }
  // The type of a component is made of the same members: TypeScript cannot follow that through Object.entries.
  return compileObject(node, moduleOf(type).members, context) as Part<Component>;
}

/** An object whose members TypeScript does not know. */
type Made = { [name: string]: unknown };

function compileObject(node: TemplateNode, members: Members, context: CompileContext): Part<Made> {
  requireKeys(node, Object.keys(members), context);
  const partsOf = (optional: boolean) =>
    Object.fromEntries(
      Object.entries(members)
        .filter(
          ([name, member]) => isOptional(member) === optional && (node[name] !== undefined || !optional),
        )
        .map(([name, member]) => [name, compileMember(node, name, member, enterContext(context, name))]),
    );
  const object = createObjectPart<Made>(partsOf(false), partsOf(true));
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
      return compileLine(source, member.limit, at);
    case 'body':
      return compileBody(source, node.markdown === true, at);
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

/** Compiles an object that is one of several, which a fixed member tells apart; a bound one may be any of them. */
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
  const choice = compileChoice(node[name], choices, enterContext(context, name));
  const compileAs = (value: string): Part<Made> =>
    compileObject(node, alternativeOf(alternatives, { [name]: value }) ?? {}, context);
  if ('fixed' in choice) return compileAs(choice.fixed ?? '');
  // What is fixed is checked while compiling, as each of the alternatives.
  const parts = new Map(choices.map((value) => [value, compileAs(value)]));
  return {
    make: (scope) => {
      const part = parts.get(choice.make(scope) ?? '');
      return part === undefined ? undefined : fillPart(part, scope);
    },
  };
}

/** Refuses a key of a template's object that is not known there. */
export function requireKeys(node: TemplateNode, allowed: readonly string[], context: CompileContext): void {
  for (const key of Object.keys(node)) {
    if (!allowed.includes(key)) {
      throw createTemplateError(
        enterContext(context, key),
        'This key is not known here.',
        thereAre(key, [...allowed, '$when', '$data']),
      );
    }
  }
}
