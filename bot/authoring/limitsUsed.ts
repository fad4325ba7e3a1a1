import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import { alternativeOf, type Members } from '../../cards/components/componentModule.ts';
import { type Component, innerOf, moduleOf, sizeOfAll } from '../../cards/components/componentTypes.ts';
import { type LimitName, limits } from '../../cards/limits.ts';

/** How much of one limit a card uses, where it uses most. */
export interface LimitUse {
  readonly limit: LimitName;
  readonly used: number;
  readonly max: number;
  readonly unit: string;
  /** JSON path in the card. */
  readonly path: string;
}

/** Measures how much a card uses of each limit that applies to it; the fullest first. */
export function measureLimits({ card, json, text }: CheckedCard): LimitUse[] {
  const uses = new Map<LimitName, LimitUse>();
  const use = (limit: LimitName, used: number, path: string): void => {
    const { max, unit } = limits[limit];
    if (used > (uses.get(limit)?.used ?? 0)) uses.set(limit, { limit, used, max, unit, path });
  };
  const useObject = (object: { readonly [name: string]: unknown }, members: Members, path: string): void => {
    for (const [name, member] of Object.entries(members)) {
      const value = object[name];
      const at = `${path}.${name}`;
      if (typeof value === 'string') {
        if (member.kind === 'line') use(member.limit, value.length, at);
        if (member.kind === 'body' || member.kind === 'payload' || member.kind === 'url')
          use(member.kind, value.length, at);
      }
      if (member.kind !== 'list' || !Array.isArray(value)) continue;
      use(member.limit, value.length, at);
      for (const [i, item] of value.entries())
        useObject(item, alternativeOf(member.items, item) ?? {}, `${at}[${i}]`);
    }
  };
  const useAll = (components: readonly Component[], level: number, path: string): void => {
    for (const [i, component] of components.entries()) {
      const at = `${path}[${i}]`;
      use('depth', level, at);
      useObject(component, moduleOf(component.type, at).members, at);
      for (const { components: inner, step } of innerOf(component)) useAll(inner, level + 1, `${at}${step}`);
    }
  };
  use('components', sizeOfAll(card.components), '$.components');
  useAll(card.components, 1, '$.components');
  use('text', text.length, '$');
  use('cardBytes', Buffer.byteLength(json), '$');
  use('dynamicFields', Object.keys(card.dynamicFields).length, '$.dynamicFields');
  return [...uses.values()].sort((a, b) => b.used / b.max - a.used / a.max);
}
