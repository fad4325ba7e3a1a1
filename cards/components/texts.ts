import type { Json } from '../json.ts';
import { writeAdaptive } from '../richText/adaptiveDialect.ts';
import { createPlainBlocks } from '../richText/blocks.ts';
import type { GenesysText } from './componentModule.ts';

/** A TextBlock always reads Markdown, so plain text is escaped for it. */
export function plainForAdaptive(text: string): string {
  return writeAdaptive(createPlainBlocks(text));
}

/** Plain text in a Genesys card. */
export const plainForGenesys = (plain: string): GenesysText => ({ plain, blocks: createPlainBlocks(plain) });

/** What a click on our buttons sends back: `activity.value` of the message that follows. */
interface ClickValue {
  payload: string;
  text: string;
}

/** The Adaptive Cards action of a button that answers. */
export function submit(label: string, payload: string): { [key: string]: Json } {
  const value: ClickValue = { payload, text: label };
  return { type: 'Action.Submit', title: label, data: { ...value } };
}
