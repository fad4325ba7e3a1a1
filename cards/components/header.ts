import {
  type AdaptiveElement,
  type ComponentModule,
  type Members,
  plainForAdaptive,
} from './componentModule.ts';

const members = {
  type: { kind: 'fixed', value: 'header', about: 'The type of the component.' },
  text: { kind: 'line', limit: 'title', about: 'The title.' },
  /** The client maps the name; no CSS travels. */
  style: {
    kind: 'choice',
    of: ['default', 'bold', 'large', 'subtle'],
    about: 'How the title looks.',
  },
} as const satisfies Members;

/** A title. */
export const header: ComponentModule<typeof members> = {
  about: 'A title of one line.',
  members,
  shows: 'words',
  say: ({ text }) => [{ role: 'Heading', text, path: '.text' }],
  formatAdaptive: ({ text, style }) => [
    { type: 'TextBlock', text: plainForAdaptive(text), wrap: true, ...lookOf(style) },
  ],
  draft: ({ text }, _path, draft) => draft.title(text),
};

function lookOf(style: string | undefined): AdaptiveElement {
  const look = { style: 'heading' };
  switch (style) {
    case 'large':
      return { ...look, size: 'Large', weight: 'Bolder' };
    case 'subtle':
      return { ...look, isSubtle: true };
    case 'bold':
      return { ...look, size: 'Medium', weight: 'Bolder' };
    default:
      return look;
  }
}
