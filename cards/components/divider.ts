import { requireKeys } from '../templates/requireKeys.ts';
import type { ComponentModule } from './componentModule.ts';

/** A line between two components. */
export const divider: ComponentModule<'divider'> = {
  treat: (component) => component,
  say: () => [],
  adaptive: () => [{ type: 'Container', separator: true, spacing: 'Medium', items: [] }],
  draft: (_component, _path, draft) => draft.gap(),
  compile(node, context) {
    requireKeys(node, ['type'], context);
    return { fixed: { type: 'divider' } };
  },
};
