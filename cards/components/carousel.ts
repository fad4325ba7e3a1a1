import type { CarouselCard } from '../card.ts';
import { within } from '../templates/compileContext.ts';
import { compileList } from '../templates/compileList.ts';
import { objectPart } from '../templates/part.ts';
import { requireKeys } from '../templates/requireKeys.ts';
import type { ComponentModule, ComponentOf } from './componentModule.ts';

/** Cards side by side. */
export const carousel: ComponentModule<'carousel'> = {
  treat: (component, { path, treatAll }) => ({
    ...component,
    cards: component.cards.map(({ components }, i) => ({
      components: treatAll(components, `${path}.cards[${i}].components`),
    })),
  }),
  say: ({ cards }, sayAll) => cards.flatMap(({ components }) => sayAll(components)),
  // Schema 1.5 has no carousel: its cards stand one below the other, each in a container of its own.
  adaptive: ({ cards }, showAll) =>
    cards.map(({ components }, i) => ({
      type: 'Container',
      separator: i > 0,
      spacing: 'Large',
      items: showAll(components),
    })),
  compile(node, context, compileAll) {
    requireKeys(node, ['type', 'cards'], context);
    return objectPart<ComponentOf<'carousel'>>({
      type: { fixed: 'carousel' },
      cards: compileList(
        node.cards,
        within(context, 'cards'),
        (item, at) => {
          requireKeys(item, ['components'], at);
          return objectPart<CarouselCard>({
            components: compileAll(item.components, within(at, 'components')),
          });
        },
        'carouselCards',
      ),
    });
  },
  inner: ({ cards }) => cards.map(({ components }, i) => ({ components, step: `.cards[${i}].components` })),
};
