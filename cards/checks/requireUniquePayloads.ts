import type { Component } from '../card.ts';
import { moduleOf } from '../components/componentTypes.ts';
import { CodedError } from '../errors.ts';
import type { At } from './jsonPath.ts';

/**
 * Refuses two buttons of one card that answer with the same payload and label: the click could not be told apart.
 * Genesys asks for it across all cards of a carousel (SDK models: payload and text together must be unique).
 */
export function requireUniquePayloads(components: readonly Component[]): void {
  const seen = new Set<string>();
  const walk = (list: readonly Component[], path: () => string): void => {
    for (let i = 0; i < list.length; i += 1) {
      const component = list[i];
      if (component !== undefined) walkComponent(component, path, i);
    }
  };
  const walkComponent = (component: Component, path: At, index: number): void => {
    const { answers, inner } = moduleOf(component.type);
    if (answers === undefined && inner === undefined) return;
    const at = () => `${path()}[${index}]`;
    for (const { label, payload, step } of answers?.(component) ?? []) {
      const key = `${payload}\n${label}`;
      if (seen.has(key)) {
        throw new CodedError('card.schema', 'Two buttons have the same label and payload.', {
          path: at() + step,
        });
      }
      seen.add(key);
    }
    for (const { components: list, step } of inner?.(component) ?? []) walk(list, () => at() + step);
  };
  walk(components, () => 'card:$.components');
}
