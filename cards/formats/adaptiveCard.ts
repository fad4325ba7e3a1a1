import type { Button, Component, Json } from '../card.ts';
import type { CheckedCard } from '../checks/checkedCard.ts';
import { escapeText } from '../checks/escapeMarkdown.ts';
import { escapeMarkdown } from '../checks/markdown.ts';
import { refuseUnknownType } from '../checks/unknownType.ts';
import { escapeDateFunctions, toAdaptiveMarkdown } from './markdownDialects.ts';

/** An Adaptive Card as JSON. */
export type AdaptiveCard = { [key: string]: Json };

/**
 * The newest schema that the Bot Framework Emulator draws, and the newest that has `rtl`.
 * Source: https://adaptivecards.io/explorer/AdaptiveCard.html
 */
const version = '1.5';

/** What a click on our buttons sends back: `activity.value` of the message that follows. */
export interface ClickValue {
  payload: string;
  text: string;
}

/** Shows a card as an Adaptive Card 1.5, with the plain text as `fallbackText`, which clients read as Markdown, and to be spoken. */
export function adaptiveCard(checked: CheckedCard): AdaptiveCard {
  const { card, text, locale, direction } = checked;
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version,
    lang: locale,
    ...(direction === 'rtl' ? { rtl: true } : {}),
    fallbackText: escapeDateFunctions(escapeText(text, { before: '\n', after: '\n' })),
    speak: escapeSpeech(text),
    body: card.components.flatMap((component) => elementsOf(component)),
  };
}

/** A `speak` with a tag in it is read as SSML, so what would be a tag or an entity of it is escaped. */
function escapeSpeech(text: string): string {
  return text.replace(/&(?=#?[\p{L}\d]+;)/gu, '&amp;').replace(/<(?=[\p{L}_:/!?])/gu, '&lt;');
}

function elementsOf(component: Component): AdaptiveCard[] {
  switch (component.type) {
    case 'header':
      return [
        {
          type: 'TextBlock',
          text: escapeForTextBlock(component.text),
          wrap: true,
          ...headerLook(component.style),
        },
      ];
    case 'body': {
      const text =
        component.markdown === true ? toAdaptiveMarkdown(component.text) : escapeForTextBlock(component.text);
      return [{ type: 'TextBlock', text, wrap: true }];
    }
    case 'image':
      return [{ type: 'Image', url: component.url, altText: component.altText, size: 'Auto' }];
    case 'facts':
      return [
        {
          type: 'FactSet',
          facts: component.items.map((item) => ({
            title: escapeForTextBlock(item.label),
            value: escapeForTextBlock(item.value),
          })),
        },
      ];
    case 'divider':
      return [{ type: 'Container', separator: true, spacing: 'Medium', items: [] }];
    case 'buttonGroup':
      return [{ type: 'ActionSet', actions: component.buttons.map(actionOf) }];
    case 'quickReplies':
      return [
        {
          type: 'ActionSet',
          actions: component.replies.map((reply) => submit(reply.label, reply.payload)),
        },
      ];
    case 'section':
      return [{ type: 'Container', style: 'emphasis', items: component.components.flatMap(elementsOf) }];
    case 'carousel':
      // Schema 1.5 has no carousel: its cards stand one below the other, each in a container of its own.
      return component.cards.map((inner, i) => ({
        type: 'Container',
        separator: i > 0,
        spacing: 'Large',
        items: inner.components.flatMap(elementsOf),
      }));
    default:
      return refuseUnknownType(component);
  }
}

function headerLook(style: string | undefined): AdaptiveCard {
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

function actionOf(button: Button): AdaptiveCard {
  const look =
    button.style === 'danger'
      ? { style: 'destructive' }
      : button.style === 'primary'
        ? { style: 'positive' }
        : {};
  if (button.action === 'openUrl')
    return { type: 'Action.OpenUrl', title: button.label, url: button.payload, ...look };
  return { ...submit(button.label, button.payload), ...look };
}

function submit(label: string, payload: string): AdaptiveCard {
  const value: ClickValue = { payload, text: label };
  return { type: 'Action.Submit', title: label, data: { ...value } };
}

/** A TextBlock always reads Markdown, so plain text is escaped for it. */
function escapeForTextBlock(text: string): string {
  return toAdaptiveMarkdown(escapeMarkdown(text));
}
