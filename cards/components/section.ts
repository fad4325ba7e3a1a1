import { within } from '../templates/compileContext.ts';
import { objectPart } from '../templates/part.ts';
import { requireKeys } from '../templates/requireKeys.ts';
import type { ComponentModule, ComponentOf } from './componentModule.ts';

/** Components that belong together. */
export const section: ComponentModule<'section'> = {
  treat: (component, { path, treatAll }) => ({
    ...component,
    components: treatAll(component.components, `${path}.components`),
  }),
  say: ({ components }, sayAll) => sayAll(components),
  adaptive: ({ components }, showAll) => [
    { type: 'Container', style: 'emphasis', items: showAll(components) },
  ],
  compile(node, context, compileAll) {
    requireKeys(node, ['type', 'components'], context);
    return objectPart<ComponentOf<'section'>>({
      type: { fixed: 'section' },
      components: compileAll(node.components, within(context, 'components')),
    });
  },
  inner: ({ components }) => [{ components, step: '.components' }],
};
