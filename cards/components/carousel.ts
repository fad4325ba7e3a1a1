import type { ComponentModule, Members, Said } from './componentModule.ts';

const members = {
  type: { kind: 'fixed', value: 'carousel', about: 'The type of the component.' },
  cards: {
    kind: 'list',
    limit: 'carouselCards',
    items: [
      {
        components: {
          kind: 'components',
          about: 'The components of this card: no carousel and no quick replies.',
        },
      },
    ],
    about: 'The cards.',
  },
} as const satisfies Members;

/** Cards side by side. */
export const carousel: ComponentModule<typeof members> = {
  about: 'Cards side by side.',
  members,
  isTopOnly: true,
  say: ({ cards }, sayAll) => [
    { role: 'Carousel', text: `${cards.length} cards`, line: '', path: '' },
    ...cards.flatMap(({ components }, i): Said[] => [
      { role: 'Card', text: `${i + 1} of ${cards.length}`, line: '', path: `.cards[${i}]` },
      ...sayAll(components, `.cards[${i}].components`),
    ]),
  ],
  // Schema 1.5 has no carousel: its cards stand one below the other, each in a container of its own.
  formatAdaptive: ({ cards }, showAll) =>
    cards.map(({ components }, i) => ({
      type: 'Container',
      separator: i > 0,
      spacing: 'Large',
      items: showAll(components),
    })),
  mapInner: (carousel, change) => ({
    ...carousel,
    cards: carousel.cards.map(({ components }, i) => ({
      components: change(components, `.cards[${i}].components`),
    })),
  }),
};
