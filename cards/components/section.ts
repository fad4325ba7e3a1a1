import type { ComponentModule, Members } from './componentModule.ts';

const members = {
  type: { kind: 'fixed', value: 'section', about: 'The type of the component.' },
  components: { kind: 'components', about: 'The components of the section.' },
} as const satisfies Members;

/** Components that belong together. */
export const section: ComponentModule<typeof members> = {
  about: 'Components that belong together, in a frame.',
  members,
  say: ({ components }, sayAll) => sayAll(components, '.components'),
  formatAdaptive: ({ components }, showAll) => [
    { type: 'Container', style: 'emphasis', items: showAll(components) },
  ],
  mapInner: (section, change) => ({ ...section, components: change(section.components, '.components') }),
};
