import type { Component } from '../card.ts';
import { moduleOf } from '../components/componentTypes.ts';
import { alternativeOf, type Member, type Members } from '../components/members.ts';
import type { UrlPolicy } from '../richText/urlPolicy.ts';
import type { At } from './jsonPath.ts';
import { requireOwnHost, treatBody, treatLine, treatPayload, treatUrl } from './treat.ts';

/**
 * Cleans the texts and addresses of components and holds them to their limits.
 *
 * @param components - of the shape that the card's schema asks for.
 * @throws CodedError `card.*` with the JSON path.
 */
export function treatComponents(
  components: readonly Component[],
  path: string,
  policy: UrlPolicy,
): Component[] {
  return components.map((component, i) => {
    const at = `${path}[${i}]`;
    return treatObject(component, moduleOf(component.type, at).members, at, policy);
  });
}

/** Treats each member as its kind, which changes words and no shape. */
function treatObject<T extends { readonly [name: string]: unknown }>(
  object: T,
  members: Members,
  path: string,
  policy: UrlPolicy,
): T {
  const treated: { [name: string]: unknown } = { ...object };
  const textOf = (name: string): string => String(treated[name]);
  const treatText = (member: Member, text: string, at: At): string => {
    switch (member.kind) {
      case 'line':
        return treatLine(text, member.limit, policy, at);
      case 'body':
        return treatBody(text, treated.markdown === true, policy, at);
      case 'payload':
        return treatPayload(text, at);
      case 'url': {
        const href = treatUrl(text, member.use, policy, at);
        const { label } = member;
        if (label !== undefined) requireOwnHost(textOf(label), href, () => `${path}.${label}`);
        return href;
      }
      default:
        return text;
    }
  };
  for (const [name, member] of Object.entries(members)) {
    const value = treated[name];
    const at = `${path}.${name}`;
    if (typeof value === 'string') treated[name] = treatText(member, value, () => at);
    else if (Array.isArray(value) && member.kind === 'components')
      treated[name] = treatComponents(value, at, policy);
    else if (Array.isArray(value) && member.kind === 'list') {
      treated[name] = value.map((item, i) =>
        treatObject(item, alternativeOf(member.items, item) ?? {}, `${at}[${i}]`, policy),
      );
    }
  }
  return { ...object, ...treated };
}
