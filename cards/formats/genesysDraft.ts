import type { Button, Component } from '../card.ts';
import type { Change } from '../checks/checkedCard.ts';
import { escapeMarkdown } from '../checks/markdown.ts';
import { refuseUnknownType } from '../checks/unknownType.ts';
import { limits } from '../limits.ts';
import type { GenesysAction } from './genesysContent.ts';
import { toMessengerMarkdown, toPlainText } from './markdownDialects.ts';

/** A component that holds no others, with its JSON path in the card. */
export interface Leaf {
  component: Exclude<Component, { type: 'section' | 'carousel' | 'quickReplies' }>;
  path: string;
}

/** A text, for the plain description of a card and for a message. */
interface GenesysText {
  plain: string;
  /** Canonical Markdown. */
  markdown: string;
  /** Where it comes from, when it has marks or links that plain text cannot show. */
  marked?: string;
}

/** What stands together in one Genesys card, or in one text when there is nothing but texts. */
export interface GenesysDraft {
  title: string | undefined;
  /** How many of the texts stand before the title. */
  titleAt: number;
  texts: GenesysText[];
  image: { url: string; altText: string; path: string } | undefined;
  actions: GenesysAction[];
  /** The components it was made of. */
  components: Component[];
}

const emptyDraft = (): GenesysDraft => ({
  title: undefined,
  titleAt: 0,
  texts: [],
  image: undefined,
  actions: [],
  components: [],
});
/** Says whether a draft needs no card: it holds texts only. */
export const isText = ({ image, actions }: GenesysDraft): boolean =>
  image === undefined && actions.length === 0;

const blank: GenesysText = { plain: '', markdown: '' };

/** Plain text in Messenger's dialect. */
export function messengerText(plain: string): string {
  return toMessengerMarkdown(escapeMarkdown(plain));
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
  const add = (text: GenesysText): void => {
    const length = draft.texts.reduce((sum, { plain }) => sum + plain.length + 1, text.plain.length);
    if (length > limits.body.max && draft.texts.length > 0) startAnother();
    draft.texts.push(text);
  };

  for (const { component, path } of leaves) {
    if (component.type !== 'buttonGroup' && draft.actions.length > 0) startAnother();
    if (component.type === 'image' && draft.image !== undefined) startAnother();
    if (
      component.type === 'buttonGroup' &&
      draft.actions.length + component.buttons.length > limits.buttons.max
    ) {
      startAnother();
    }
    switch (component.type) {
      case 'header':
        if (draft.title === undefined && draft.texts.every(isShort) && draft.texts.length <= 1) {
          draft.title = component.text;
          draft.titleAt = draft.texts.length;
        } else {
          if (draft.texts.length > 0) draft.texts.push(blank);
          add({ plain: component.text, markdown: `**${escapeMarkdown(component.text)}**` });
        }
        break;
      case 'body':
        add(bodyText(component.text, component.markdown === true, `${path}.text`));
        break;
      case 'facts':
        add(plainText(component.items.map(({ label, value }) => `${label}: ${value}`).join('\n')));
        break;
      case 'divider':
        if (draft.texts.length > 0) draft.texts.push(blank);
        break;
      case 'image':
        draft.image = { url: component.url, altText: component.altText, path };
        break;
      case 'buttonGroup':
        component.buttons.forEach((button, i) => {
          const action = actionOf(button);
          if (action !== undefined) draft.actions.push(action);
          else {
            add(plainText(contactOf(button)));
            changes.push({
              path: `${path}.buttons[${i}]`,
              what: 'a mail or phone link became text: Genesys links are https',
            });
          }
        });
        break;
      default:
        refuseUnknownType(component, path);
    }
    draft.components.push(component);
  }
  return drafts.filter(isVisible);
}

/** A short line before a title, such as a category, leaves it the title. */
function isShort({ plain }: GenesysText): boolean {
  return plain.length <= limits.title.max && !plain.includes('\n');
}

/** Dividers alone show nothing. */
function isVisible({ title, texts, image, actions }: GenesysDraft): boolean {
  return (
    title !== undefined || image !== undefined || actions.length > 0 || texts.some((text) => text !== blank)
  );
}

const plainText = (plain: string): GenesysText => ({ plain, markdown: escapeMarkdown(plain) });

function bodyText(markdown: string, isMarkdown: boolean, path: string): GenesysText {
  if (!isMarkdown) return plainText(markdown);
  const plain = toPlainText(markdown);
  const isMarked = toMessengerMarkdown(markdown) !== messengerText(plain);
  return isMarked ? { plain, markdown, marked: path } : { plain, markdown };
}

function actionOf({ action, label, payload }: Button): GenesysAction | undefined {
  if (action !== 'openUrl') return { type: 'Postback', text: label, payload };
  return payload.startsWith('https://') ? { type: 'Link', text: label, url: payload } : undefined;
}

/** The number or mail address of a link, for people. */
function contactOf({ label, payload }: Button): string {
  return `${label}: ${payload.replace(/^(?:tel|mailto):/, '').replace(/\?.*/s, '')}`;
}
