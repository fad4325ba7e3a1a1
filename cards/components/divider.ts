import type { ComponentModule, Members } from './componentModule.ts';

const members = {
  type: { kind: 'fixed', value: 'divider', about: 'The type of the component.' },
} as const satisfies Members;

/** A line between two components. */
export const divider: ComponentModule<typeof members> = {
  about: 'A line between two components.',
  members,
  say: () => [],
  formatAdaptive: () => [{ type: 'Container', separator: true, spacing: 'Medium', items: [] }],
  draft: (_component, _path, draft) => draft.gap(),
};
