import { checkCard } from '../../../cards/checks/checkedCard.ts';
import { CodedError } from '../../../cards/errors.ts';
import { type AdaptiveCard, formatAdaptiveCard } from '../../../cards/formats/adaptiveCard.ts';
import { card } from '../../fakes/card.ts';
import { webChatTexts } from '../corpora/webChatTexts.ts';

/** A card with one text in each kind of field, and what a person has to see there, in its order. */
export interface TypedCard {
  readonly content: AdaptiveCard;
  readonly typed: readonly string[];
}

/** A card for each text of the corpus that our checks let pass. */
export function typedCards(): TypedCard[] {
  return webChatTexts.flatMap((text) => {
    const line = text.replace(/\s+/g, ' ').slice(0, 45);
    try {
      const checked = checkCard(
        card([
          { type: 'header', text: line },
          { type: 'body', text },
          { type: 'facts', items: [{ label: line, value: line }] },
          { type: 'section', components: [{ type: 'body', text }] },
          { type: 'buttonGroup', buttons: [{ label: line, action: 'postback', payload: 'p' }] },
          { type: 'quickReplies', replies: [{ label: line, payload: 'q' }] },
        ]),
      );
      return [{ content: formatAdaptiveCard(checked), typed: checked.card.components.flatMap(textsOf) }];
    } catch (error) {
      if (error instanceof CodedError) return [];
      throw error;
    }
  });
}

function textsOf(component: ReturnType<typeof checkCard>['card']['components'][number]): string[] {
  switch (component.type) {
    case 'header':
    case 'body':
      return [component.text];
    case 'facts':
      return component.items.flatMap(({ label, value }) => [label, value]);
    case 'section':
      return component.components.flatMap(textsOf);
    case 'buttonGroup':
      return component.buttons.map(({ label }) => label);
    case 'quickReplies':
      return component.replies.map(({ label }) => label);
    default:
      return [];
  }
}

/** A text with its blanks and line breaks alike: where a line ends is the client's. */
export const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
