import { treatLine, treatUrl } from '../checks/treat.ts';
import { within } from '../templates/compileContext.ts';
import { compileLine, compileUrl } from '../templates/compileText.ts';
import { objectPart } from '../templates/part.ts';
import { requireKeys } from '../templates/requireKeys.ts';
import type { ComponentModule, ComponentOf } from './componentModule.ts';

/** A picture with its alternative text. */
export const image: ComponentModule<'image'> = {
  treat: (component, { path, policy }) => ({
    ...component,
    url: treatUrl(component.url, 'image', policy, () => `${path}.url`),
    altText: treatLine(component.altText, 'altText', policy, () => `${path}.altText`),
  }),
  say: ({ altText }) => [{ text: altText, isPicture: true }],
  adaptive: ({ url, altText }) => [{ type: 'Image', url, altText, size: 'Auto' }],
  draft: ({ url, altText }, path, draft) => draft.image({ url, altText, path }),
  compile(node, context) {
    requireKeys(node, ['type', 'url', 'altText'], context);
    return objectPart<ComponentOf<'image'>>({
      type: { fixed: 'image' },
      url: compileUrl(node.url, 'image', within(context, 'url')),
      altText: compileLine(node.altText, 'altText', within(context, 'altText')),
    });
  },
};
