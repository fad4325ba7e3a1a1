import type { ComponentModule } from './componentModule.ts';
import type { Members } from './members.ts';

const members = {
  type: { kind: 'fixed', value: 'image' },
  url: { kind: 'url', use: 'image' },
  altText: { kind: 'line', limit: 'altText' },
} as const satisfies Members;

/** A picture with its alternative text. */
export const image: ComponentModule<typeof members> = {
  members,
  say: ({ altText }) => [{ text: altText, isPicture: true }],
  adaptive: ({ url, altText }) => [{ type: 'Image', url, altText, size: 'Auto' }],
  draft: ({ url, altText }, path, draft) => draft.image({ url, altText, path }),
};
