import type { CardRoute } from './outbox.ts';

/**
 * Gives a route with some members replaced. Every other member is the route's own, also one that is added later, and also
 * the methods of a class, which `{ ...route }` would lose.
 */
export function wrapRoute(route: CardRoute, members: Partial<CardRoute>): CardRoute {
  return new Proxy(route, {
    get: (target, name) => {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name);
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
