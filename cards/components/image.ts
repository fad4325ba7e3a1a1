import type { ComponentModule, Members } from './componentModule.ts';

const members = {
  type: { kind: 'fixed', value: 'image', about: 'The type of the component.' },
  url: { kind: 'url', use: 'image', about: 'The https address of the picture.' },
  altText: { kind: 'line', limit: 'altText', about: 'What the picture shows, for people who do not see it.' },
} as const satisfies Members;

/** A picture with its alternative text. */
export const image: ComponentModule<typeof members> = {
  about: 'A picture.',
  members,
  shows: 'picture',
  say: ({ altText }) => [{ role: 'Picture', text: altText, path: '.altText' }],
  formatAdaptive: ({ url, altText }) => [{ type: 'Image', url, altText, size: 'Auto' }],
  draft: ({ url, altText }, path, draft) => draft.image({ url, altText, path }),
};
