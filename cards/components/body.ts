import type { Root } from 'mdast';
import { writeAdaptive } from '../richText/adaptiveDialect.ts';
import { blocksOf, createPlainBlocks } from '../richText/blocks.ts';
import { writeMessenger } from '../richText/messengerDialect.ts';
import { writePlain } from '../richText/plainDialect.ts';
import { type ComponentModule, type GenesysText, type Members, plainForGenesys } from './componentModule.ts';

const members = {
  type: { kind: 'fixed', value: 'body', about: 'The type of the component.' },
  text: { kind: 'body', about: 'The text.' },
  markdown: { kind: 'flag', about: 'True when the text is Markdown: bold, italics, lists, links.' },
} as const satisfies Members;

/** A text, plain or Markdown. */
export const body: ComponentModule<typeof members> = {
  about: 'A text of several lines, plain or Markdown.',
  members,
  shows: 'words',
  say: ({ text, markdown }) => [
    { role: '', text: markdown === true ? writePlain(blocksOf(text)) : text, path: '.text' },
  ],
  formatAdaptive: ({ text, markdown }) => [
    {
      type: 'TextBlock',
      text: writeAdaptive(markdown === true ? blocksOf(text) : createPlainBlocks(text)),
      wrap: true,
    },
  ],
  draft: ({ text, markdown }, path, draft) =>
    draft.text(
      markdown === true ? markdownForGenesys(blocksOf(text), `${path}.text`) : plainForGenesys(text),
    ),
};

function markdownForGenesys(blocks: Root, path: string): GenesysText {
  const plain = writePlain(blocks);
  const isMarked = writeMessenger(blocks) !== writeMessenger(createPlainBlocks(plain));
  return isMarked ? { plain, blocks, marked: path } : { plain, blocks };
}
