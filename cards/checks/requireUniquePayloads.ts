import type { Component } from '../card.ts';
import { innerOf, moduleOf } from '../components/componentTypes.ts';
import { CodedError } from '../errors.ts';

/**
 * Refuses two buttons of one card that answer with the same payload and label: the click could not be told apart.
 * Genesys asks for it across all cards of a carousel (SDK models: payload and text together must be unique).
 */
export function requireUniquePayloads(components: readonly Component[]): void {
  const seen = new Set<string>();
  const walk = (list: readonly Component[], path: string): void => {
    for (const [i, component] of list.entries()) {
      const at = `${path}[${i}]`;
      for (const { label, payload, step } of moduleOf(component.type).answers?.(component) ?? []) {
        const key = `${payload}\n${label}`;
        if (seen.has(key))
          throw new CodedError('card.schema', 'Two buttons have the same label and payload.', {
            path: at + step,
          });
        seen.add(key);
      }
      for (const { components: inner, step } of innerOf(component)) walk(inner, at + step);
    }
  };
  walk(components, 'card:$.components');
}
