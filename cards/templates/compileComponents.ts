import type { Component, Json } from '../card.ts';
import type { ComponentType } from '../components/componentModule.ts';
import { componentTypes, moduleOf } from '../components/componentTypes.ts';
import { type CompileContext, templateError, within } from './compileContext.ts';
import { compileList, type TemplateNode } from './compileList.ts';
import type { Part } from './part.ts';

/** Compiles a list of components of a template. */
export function compileComponents(source: Json | undefined, context: CompileContext): Part<Component[]> {
  return compileList(source, context, compileComponent);
}

function compileComponent(node: TemplateNode, context: CompileContext): Part<Component> {
  const type = Object.keys(componentTypes).find((key): key is ComponentType => key === node.type);
  if (type === undefined) {
    throw templateError(
      within(context, 'type'),
      'The type is not a known one.',
      `There are: ${Object.keys(componentTypes).join(', ')}.`,
    );
  }
  return moduleOf(type).compile(node, context, compileComponents);
}
