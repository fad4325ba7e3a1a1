import type { Component, Json } from '../card.ts';
import type { ComponentType } from '../components/componentModule.ts';
import { componentTypes, moduleOf, sizeOf, sizeOfAll } from '../components/componentTypes.ts';
import { limits } from '../limits.ts';
import { type CompileContext, templateError, within } from './compileContext.ts';
import { compileList, type TemplateNode } from './compileList.ts';
import { appenderOf, type JsonPart } from './part.ts';

/** Compiles a list of components of a template. */
export function compileComponents(source: Json | undefined, context: CompileContext): JsonPart<Component[]> {
  const level = context.level + 1;
  const list = compileList(
    source,
    { ...context, level },
    { limit: 'components', compileItem: compileComponent, sizeOf },
  );
  if (level <= limits.depth.max) return list;
  const append = appenderOf(list);
  return {
    append: (scope, json) => {
      scope.tally.isOverLimit = true;
      return append(scope, json);
    },
  };
}

function compileComponent(node: TemplateNode, context: CompileContext): JsonPart<Component> {
  const type = Object.keys(componentTypes).find((key): key is ComponentType => key === node.type);
  if (type === undefined) {
    throw templateError(
      within(context, 'type'),
      'The type is not a known one.',
      `There are: ${Object.keys(componentTypes).join(', ')}.`,
    );
  }
  return moduleOf(type).compile(node, context, { compile: compileComponents, sizeOfAll });
}
