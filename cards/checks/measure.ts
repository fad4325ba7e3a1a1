import { type Component, componentModules, innerOf, moduleOf } from '../components/componentTypes.ts';
import { CodedError } from '../errors.ts';
import { isObject } from '../json.ts';
import { type LimitName, limits } from '../limits.ts';
import { type At, writeJsonPath } from './jsonPath.ts';

/** The limit of each list of a component, by its name. */
const listLimits = new Map(
  componentModules.flatMap(({ members }) =>
    Object.entries(members).flatMap(([name, member]) =>
      member.kind === 'list' ? [[name, member.limit] as const] : [],
    ),
  ),
);

/** Refuses a count over its limit; `max` replaces the limit of the table. */
export function requireAtMost(name: LimitName, actual: number, at: At, max: number = limits[name].max): void {
  if (actual <= max) return;
  throw new CodedError('card.limit', `${actual} ${limits[name].unit}; the limit is ${max}.`, { path: at() });
}

/**
 * Checks the size of a component tree before any other check: its depth, the components of the whole tree, and the lengths
 * of its lists. The input is unchecked JSON; its shape is checked later.
 *
 * @param maxComponents - default `limits.components`
 * @throws CodedError `card.limit` with the path of the first value over a limit.
 */
export function measure(components: unknown, maxComponents?: number): void {
  const keys: (string | number)[] = ['components'];
  const at = (): string => writeJsonPath(keys, 'card:$');
  let count = 0;
  const walk = (list: unknown, level: number): void => {
    if (!Array.isArray(list)) return;
    for (let i = 0; i < list.length; i += 1) {
      keys.push(i);
      count += 1;
      requireAtMost('components', count, at, maxComponents);
      requireAtMost('depth', level, at);
      if (isObject(list[i])) walkComponent(list[i], level);
      keys.pop();
    }
  };
  const walkComponent = (component: Readonly<Record<string, unknown>>, level: number): void => {
    for (const name in component) {
      const value = component[name];
      if (!Array.isArray(value)) continue;
      keys.push(name);
      if (name === 'components') walk(value, level + 1);
      const limit = listLimits.get(name);
      if (limit !== undefined) walkItems(value, limit, level);
      keys.pop();
    }
  };
  const walkItems = (items: readonly unknown[], limit: LimitName, level: number): void => {
    requireAtMost(limit, items.length, at);
    for (const [i, item] of items.entries()) {
      if (!isObject(item) || item.components === undefined) continue;
      keys.push(i, 'components');
      walk(item.components, level + 1);
      keys.length -= 2;
    }
  };
  walk(components, 1);
}

/**
 * Refuses two buttons of one card that answer with the same payload and label: the click could not be told apart.
 * Genesys asks for it across all cards of a carousel (SDK models: payload and text together must be unique).
 */
export function requireUniquePayloads(components: readonly Component[]): void {
  const seen = new Set<string>();
  const walk = (list: readonly Component[], path: string): void => {
    list.forEach((component, i) => {
      const { answers, mapInner } = moduleOf(component.type);
      answers?.(component).forEach(({ label, payload, step }) => {
        const key = `${payload}\n${label}`;
        if (seen.has(key))
          throw new CodedError('card.schema', 'Two buttons have the same label and payload.', {
            path: `${path}[${i}]${step}`,
          });
        seen.add(key);
      });
      if (mapInner === undefined) return;
      for (const { components: inner, step } of innerOf(component)) walk(inner, `${path}[${i}]${step}`);
    });
  };
  walk(components, 'card:$.components');
}
