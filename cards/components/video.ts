import type { ComponentModule, Members } from './componentModule.ts';

const members = {
  type: { kind: 'fixed', value: 'video', about: 'The type of the component.' },
  label: { kind: 'line', limit: 'label', about: 'The name of the video.' },
  url: { kind: 'url', use: 'video', label: 'label', about: 'The https address of the video.' },
  poster: { kind: 'url', use: 'image', about: 'The https address of the picture that stands for the video.' },
} as const satisfies Members;

const mimeTypes: { readonly [ending: string]: string } = { webm: 'video/webm', ogv: 'video/ogg' };

/** A video: its picture, and a link that opens it where a client does not play it. */
export const video: ComponentModule<typeof members> = {
  about: 'A video: its picture, and a link that opens it where a client does not play it.',
  members,
  say: ({ label, url }) => [{ role: 'Video', text: label, line: `${label}: ${url}`, path: '.label' }],
  formatAdaptive: ({ label, url, poster }) => {
    const mimeType = mimeTypes[new URL(url).pathname.split('.').at(-1) ?? ''] ?? 'video/mp4';
    return [
      { type: 'Media', poster, altText: label, sources: [{ url, mimeType }] },
      { type: 'ActionSet', actions: [{ type: 'Action.OpenUrl', title: label, url }] },
    ];
  },
  draft({ label, url, poster }, path, draft) {
    draft.title(label);
    draft.image({ url: poster, altText: label, path });
    draft.actions([{ type: 'Link', text: label, url }]);
  },
};
