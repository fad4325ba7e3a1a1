import type { Component } from '../card.ts';
import { CodedError } from '../errors.ts';
import { refuseUnknownType } from './unknownType.ts';

/**
 * Refuses two buttons of one card that answer with the same payload and label: the click could not be told apart.
 * Genesys asks for it across all cards of a carousel (SDK models: payload and text together must be unique).
 */
export function requireUniquePayloads(components: readonly Component[]): void {
  const seen = new Set<string>();
  const add = (label: string, payload: string, path: string) => {
    const key = `${payload}\n${label}`;
    if (seen.has(key)) {
      throw new CodedError('card.schema', 'Two buttons have the same label and payload.', { path });
    }
    seen.add(key);
  };
  const walk = (list: readonly Component[], path: string): void => {
    list.forEach((component, i) => {
      const at = `${path}[${i}]`;
      switch (component.type) {
        case 'buttonGroup':
          component.buttons.forEach((b, j) => {
            if (b.action !== 'openUrl') add(b.label, b.payload, `${at}.buttons[${j}]`);
          });
          break;
        case 'quickReplies':
          component.replies.forEach((r, j) => {
            add(r.label, r.payload, `${at}.replies[${j}]`);
          });
          break;
        case 'section':
          walk(component.components, `${at}.components`);
          break;
        case 'carousel':
          component.cards.forEach((card, j) => {
            walk(card.components, `${at}.cards[${j}].components`);
          });
          break;
        case 'header':
        case 'body':
        case 'image':
        case 'facts':
        case 'divider':
          break;
        default:
          refuseUnknownType(component, at);
      }
    });
  };
  walk(components, 'card:$.components');
}
