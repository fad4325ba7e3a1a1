import type { Component } from './componentTypes.ts';

/** What is left of a card without the dividers at its edges: they part what stands on both sides of them. */
export function withoutEdges(components: readonly Component[]): Component[] {
  return components.slice(components.findIndex(isShown), components.findLastIndex(isShown) + 1);
}

function isShown(component: Component): boolean {
  return component.type === 'section' ? component.components.some(isShown) : component.type !== 'divider';
}
