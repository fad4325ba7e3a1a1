import { headerStyles } from '../card.ts';
import { treatLine } from '../checks/treat.ts';
import { within } from '../templates/compileContext.ts';
import { compileChoice, compileLine } from '../templates/compileText.ts';
import { objectPart } from '../templates/part.ts';
import { requireKeys } from '../templates/requireKeys.ts';
import type { AdaptiveElement, ComponentModule, ComponentOf } from './componentModule.ts';
import { plainForAdaptive, said } from './texts.ts';

/** A title. */
export const header: ComponentModule<'header'> = {
  treat: (component, { path, policy }) => ({
    ...component,
    text: treatLine(component.text, 'title', policy, () => `${path}.text`),
  }),
  say: ({ text }) => [said(text)],
  adaptive: ({ text, style }) => [
    { type: 'TextBlock', text: plainForAdaptive(text), wrap: true, ...lookOf(style) },
  ],
  draft: ({ text }, _path, draft) => draft.title(text),
  compile(node, context) {
    requireKeys(node, ['type', 'text', 'style'], context);
    return objectPart<ComponentOf<'header'>>(
      { type: { fixed: 'header' }, text: compileLine(node.text, 'title', within(context, 'text')) },
      node.style === undefined
        ? {}
        : { style: compileChoice(node.style, headerStyles, within(context, 'style')) },
    );
  },
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
