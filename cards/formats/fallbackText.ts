import type { Component } from '../card.ts';
import { toPlainText } from './markdownDialects.ts';

/**
 * Says a component tree in plain text, one thing a line: titles and bodies as they are, facts as `label: value`, pictures
 * by their alternative text, links as `label: address`, other buttons and quick replies as `- label`. A picture that is called
 * as the title before or after it is said once.
 */
export function fallbackText(components: readonly Component[]): string {
  const lines = components.flatMap(linesOf);
  return lines.filter((line, i) => line !== lines[i - 1]).join('\n');
}

function linesOf(component: Component): string[] {
  switch (component.type) {
    case 'header':
      return [component.text];
    case 'body':
      return [component.markdown === true ? toPlainText(component.text) : component.text];
    case 'image':
      return [component.altText];
    case 'facts':
      return component.items.map((item) => `${item.label}: ${item.value}`);
    case 'divider':
      return [];
    case 'buttonGroup':
      return component.buttons.map((b) =>
        b.action === 'openUrl' ? `${b.label}: ${b.payload}` : `- ${b.label}`,
      );
    case 'quickReplies':
      return component.replies.map((reply) => `- ${reply.label}`);
    case 'section':
      return component.components.flatMap(linesOf);
    case 'carousel':
      return component.cards.flatMap((card) => card.components.flatMap(linesOf));
  }
}
