import type { Json } from '../card.ts';
import { treatBody } from '../checks/treat.ts';
import { escapeMarkdown } from '../richText/markdown.ts';
import { toAdaptiveMarkdown, toMessengerMarkdown, toPlainText } from '../richText/markdownDialects.ts';
import { type CompileContext, templateError, within } from '../templates/compileContext.ts';
import { compileBody } from '../templates/compileText.ts';
import { objectPart } from '../templates/part.ts';
import { requireKeys } from '../templates/requireKeys.ts';
import type { ComponentModule, ComponentOf, GenesysText } from './componentModule.ts';
import { plainForAdaptive, plainForGenesys, said } from './texts.ts';

/** A text, plain or Markdown. */
export const body: ComponentModule<'body'> = {
  treat: (component, { path, policy }) => ({
    ...component,
    text: treatBody(component.text, component.markdown === true, policy, () => `${path}.text`),
  }),
  say: ({ text, markdown }) => [said(markdown === true ? toPlainText(text) : text)],
  adaptive: ({ text, markdown }) => [
    {
      type: 'TextBlock',
      text: markdown === true ? toAdaptiveMarkdown(text) : plainForAdaptive(text),
      wrap: true,
    },
  ],
  draft: ({ text, markdown }, path, draft) =>
    draft.text(markdown === true ? markdownForGenesys(text, `${path}.text`) : plainForGenesys(text)),
  compile(node, context) {
    requireKeys(node, ['type', 'text', 'markdown'], context);
    const markdown =
      node.markdown === undefined ? undefined : requireBoolean(node.markdown, within(context, 'markdown'));
    return objectPart<ComponentOf<'body'>>(
      { type: { fixed: 'body' }, text: compileBody(node.text, markdown === true, within(context, 'text')) },
      markdown === undefined ? {} : { markdown: { fixed: markdown } },
    );
  },
};

function markdownForGenesys(markdown: string, path: string): GenesysText {
  const plain = toPlainText(markdown);
  const isMarked = toMessengerMarkdown(markdown) !== toMessengerMarkdown(escapeMarkdown(plain));
  return isMarked ? { plain, markdown, marked: path } : { plain, markdown };
}

function requireBoolean(value: Json, context: CompileContext): boolean {
  if (typeof value === 'boolean') return value;
  throw templateError(context, 'true or false is expected here.');
}
