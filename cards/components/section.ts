import type { ComponentModule } from './componentModule.ts';
import type { Members } from './members.ts';

const members = {
  type: { kind: 'fixed', value: 'section' },
  components: { kind: 'components' },
} as const satisfies Members;

/** Components that belong together. */
export const section: ComponentModule<typeof members> = {
  members,
  say: ({ components }, sayAll) => sayAll(components),
  adaptive: ({ components }, showAll) => [
    { type: 'Container', style: 'emphasis', items: showAll(components) },
  ],
  inner: ({ components }) => [{ components, step: '.components' }],
};
