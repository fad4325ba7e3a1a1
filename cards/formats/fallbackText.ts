import type { Component } from '../card.ts';
import { refuseUnknownType } from '../checks/unknownType.ts';
import { toPlainText } from './markdownDialects.ts';

/**
 * Says a component tree in plain text, one thing a line: titles and bodies as they are, facts as `label: value`, pictures
 * by their alternative text, links as `label: address`, other buttons and quick replies as `- label`. A picture that is called
 * as the title before or after it is said once.
 */
export function fallbackText(components: readonly Component[]): string {
  const lines = components.flatMap(linesOf);
  const isNew = ({ text, isPicture }: Line, i: number): boolean => {
    const previous = lines[i - 1];
    return text !== previous?.text || !(isPicture || previous.isPicture);
  };
  return lines
    .filter(isNew)
    .map(({ text }) => text)
    .join('\n');
}

interface Line {
  readonly text: string;
  readonly isPicture: boolean;
}

const said = (text: string): Line => ({ text, isPicture: false });

function linesOf(component: Component): Line[] {
  switch (component.type) {
    case 'header':
      return [said(component.text)];
    case 'body':
      return [said(component.markdown === true ? toPlainText(component.text) : component.text)];
    case 'image':
      return [{ text: component.altText, isPicture: true }];
    case 'facts':
      return component.items.map((item) => said(`${item.label}: ${item.value}`));
    case 'divider':
      return [];
    case 'buttonGroup':
      return component.buttons.map((b) =>
        said(b.action === 'openUrl' ? `${b.label}: ${b.payload}` : `- ${b.label}`),
      );
    case 'quickReplies':
      return component.replies.map((reply) => said(`- ${reply.label}`));
    case 'section':
      return component.components.flatMap(linesOf);
    case 'carousel':
      return component.cards.flatMap((card) => card.components.flatMap(linesOf));
    default:
      return refuseUnknownType(component);
  }
}
