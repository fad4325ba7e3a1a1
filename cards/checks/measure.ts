import { componentModules } from '../components/componentTypes.ts';
import { CodedError } from '../errors.ts';
import { isObject } from '../json.ts';
import { type LimitName, limits } from '../limits.ts';

/** The name of each list of a component, with its limit. */
const lists = componentModules.flatMap(({ members }) =>
  Object.entries(members).flatMap(([name, member]) =>
    member.kind === 'list' ? [[name, member.limit] as const] : [],
  ),
);

/** Refuses a list or a count that is over its limit, or over another one. */
export function requireAtMost(
  name: LimitName,
  actual: number,
  path: string,
  max: number = limits[name].max,
): void {
  const { unit } = limits[name];
  if (actual > max) throw new CodedError('card.limit', `${actual} ${unit}; the limit is ${max}.`, { path });
}

/**
 * Counts a component tree before anything else looks at it: depth, components through the whole tree, and the lengths of
 * its lists. Takes unchecked JSON and says nothing about its shape.
 *
 * @param maxComponents - default `limits.components`
 * @throws CodedError `card.limit` at the first thing that is over.
 */
export function measure(components: unknown, maxComponents?: number): void {
  let count = 0;
  const walk = (list: unknown, level: number, path: string): void => {
    if (!Array.isArray(list)) return;
    for (const [i, component] of list.entries()) {
      const at = `${path}[${i}]`;
      count += 1;
      requireAtMost('components', count, at, maxComponents);
      requireAtMost('depth', level, at);
      if (!isObject(component)) continue;
      for (const [name, limit] of lists) {
        const items = component[name];
        if (!Array.isArray(items)) continue;
        requireAtMost(limit, items.length, `${at}.${name}`);
        for (const [j, item] of items.entries())
          if (isObject(item)) walk(item.components, level + 1, `${at}.${name}[${j}].components`);
      }
      walk(component.components, level + 1, `${at}.components`);
    }
  };
  walk(components, 1, 'card:$.components');
}
