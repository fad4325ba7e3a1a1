import { escapeMarkdown } from '../richText/escapeMarkdown.ts';
import { toAdaptiveMarkdown, toMessengerMarkdown, toPlainText } from '../richText/markdownDialects.ts';
import type { ComponentModule, GenesysText } from './componentModule.ts';
import type { Members } from './members.ts';
import { plainForAdaptive, plainForGenesys, said } from './texts.ts';

const members = {
  type: { kind: 'fixed', value: 'body' },
  text: { kind: 'body' },
  markdown: { kind: 'flag' },
} as const satisfies Members;

/** A text, plain or Markdown. */
export const body: ComponentModule<typeof members> = {
  members,
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
};

function markdownForGenesys(markdown: string, path: string): GenesysText {
  const plain = toPlainText(markdown);
  const isMarked = toMessengerMarkdown(markdown) !== toMessengerMarkdown(escapeMarkdown(plain));
  return isMarked ? { plain, markdown, marked: path } : { plain, markdown };
}
