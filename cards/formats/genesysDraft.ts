import type { Button, Component } from '../card.ts';
import type { Change } from '../checks/checkedCard.ts';
import { escapeMarkdown } from '../checks/markdown.ts';
import { limits } from '../limits.ts';
import type { GenesysAction } from './genesysContent.ts';
import { toMessengerMarkdown, toPlainText } from './markdownDialects.ts';

/** A component that holds no others, with its JSON path in the card. */
export interface Leaf {
  component: Exclude<Component, { type: 'section' | 'carousel' | 'quickReplies' }>;
  path: string;
}

/** A text for the plain description of a card, and for a message in Messenger's dialect. */
export interface GenesysLine {
  plain: string;
  messenger: string;
  /** Where it comes from, when it has marks or links that plain text cannot show. */
  marked?: string;
}

/** What stands together in one Genesys card, or in one text when there is nothing but texts. */
export interface GenesysDraft {
  title: string | undefined;
  lines: GenesysLine[];
  image: { url: string; altText: string; path: string } | undefined;
  actions: GenesysAction[];
  /** The components it was made of. */
  components: Component[];
}

const emptyDraft = (): GenesysDraft => ({ title: undefined, lines: [], image: undefined, actions: [], components: [] });
const blank: GenesysLine = { plain: '', messenger: '' };

/** Plain text in Messenger's dialect. */
export function messengerText(plain: string): string {
  return toMessengerMarkdown(escapeMarkdown(plain));
}

/** A title that stands in a text. */
export function messengerTitle(plain: string): string {
  return toMessengerMarkdown(`**${escapeMarkdown(plain)}**`);
}

/**
 * Sorts components into cards. A card ends where its order would be lost (anything after its buttons), and where Genesys
 * has no more room: a second picture, more than `limits.buttons`, more text than `limits.body`.
 */
export function draftsOf(leaves: readonly Leaf[], changes: Change[]): GenesysDraft[] {
  let draft = emptyDraft();
  const drafts = [draft];
  const startAnother = (): void => {
    draft = emptyDraft();
    drafts.push(draft);
  };
  const add = (line: GenesysLine): void => {
    const length = draft.lines.reduce((sum, { plain }) => sum + plain.length + 1, line.plain.length);
    if (length > limits.body.max && draft.lines.length > 0) startAnother();
    draft.lines.push(line);
  };

  for (const { component, path } of leaves) {
    if (component.type !== 'buttonGroup' && draft.actions.length > 0) startAnother();
    if (component.type === 'image' && draft.image !== undefined) startAnother();
    if (component.type === 'buttonGroup' && draft.actions.length + component.buttons.length > limits.buttons.max) {
      startAnother();
    }
    switch (component.type) {
      case 'header':
        if (draft.title === undefined && draft.lines.length === 0) draft.title = component.text;
        else {
          if (draft.lines.length > 0) draft.lines.push(blank);
          add({ plain: component.text, messenger: messengerTitle(component.text) });
        }
        break;
      case 'body':
        add(bodyLine(component.text, component.markdown === true, `${path}.text`));
        break;
      case 'facts':
        for (const { label, value } of component.items) add(plainLine(`${label}: ${value}`));
        break;
      case 'divider':
        if (draft.lines.length > 0) draft.lines.push(blank);
        break;
      case 'image':
        draft.image = { url: component.url, altText: component.altText, path };
        break;
      case 'buttonGroup':
        component.buttons.forEach((button, i) => {
          const action = actionOf(button);
          if (action !== undefined) draft.actions.push(action);
          else {
            add(plainLine(contactOf(button)));
            changes.push({ path: `${path}.buttons[${i}]`, what: 'a mail or phone link became text: Genesys links are https' });
          }
        });
        break;
    }
    draft.components.push(component);
  }
  return drafts.filter(isVisible);
}

/** Dividers alone show nothing. */
function isVisible({ title, lines, image, actions }: GenesysDraft): boolean {
  return title !== undefined || image !== undefined || actions.length > 0 || lines.some((line) => line !== blank);
}

const plainLine = (plain: string): GenesysLine => ({ plain, messenger: messengerText(plain) });

function bodyLine(text: string, markdown: boolean, path: string): GenesysLine {
  if (!markdown) return plainLine(text);
  const line = plainLine(toPlainText(text));
  const messenger = toMessengerMarkdown(text);
  return messenger === line.messenger ? line : { ...line, messenger, marked: path };
}

function actionOf({ action, label, payload }: Button): GenesysAction | undefined {
  if (action !== 'openUrl') return { type: 'Postback', text: label, payload };
  return payload.startsWith('https://') ? { type: 'Link', text: label, url: payload } : undefined;
}

/** The number or mail address of a link, for people. */
function contactOf({ label, payload }: Button): string {
  return `${label}: ${payload.replace(/^(?:tel|mailto):/, '').replace(/\?.*$/, '')}`;
}
