import type { CheckedCard } from '../checks/checkedCard.ts';
import { type Component, moduleOf } from '../components/componentTypes.ts';
import { blocksOf } from '../richText/blocks.ts';
import { writePlain } from '../richText/plainDialect.ts';

/** What a screen reader says at one stop, and where it comes from. */
export interface Spoken {
  /** Such as `Heading` or `Button`; empty for text. */
  readonly role: string;
  readonly text: string;
  /** JSON path in the card. */
  readonly path: string;
}

type OfType<T extends Component['type']> = Extract<Component, { type: T }>;
type Speakers = { [T in Component['type']]: (component: OfType<T>, path: string) => Spoken[] };

const speakers: Speakers = {
  header: ({ text }, path) => [{ role: 'Heading', text, path: `${path}.text` }],
  body: ({ text, markdown }, path) => [
    { role: '', text: markdown === true ? writePlain(blocksOf(text)) : text, path: `${path}.text` },
  ],
  image: ({ altText }, path) => [{ role: 'Picture', text: altText, path: `${path}.altText` }],
  video: ({ label }, path) => [{ role: 'Video', text: label, path: `${path}.label` }],
  facts: ({ items }, path) =>
    items.map(({ label, value }, i) => ({
      role: '',
      text: `${label}: ${value}`,
      path: `${path}.items[${i}]`,
    })),
  divider: () => [],
  buttonGroup: ({ buttons }, path) =>
    buttons.map(({ label, action }, i) => ({
      role: action === 'openUrl' ? 'Link' : 'Button',
      text: label,
      path: `${path}.buttons[${i}].label`,
    })),
  quickReplies: ({ replies }, path) =>
    replies.map(({ label }, i) => ({ role: 'Button', text: label, path: `${path}.replies[${i}].label` })),
  section: ({ components }, path) => speakAll(components, `${path}.components`),
  carousel: ({ cards }, path) => [
    { role: 'Carousel', text: `${cards.length} cards`, path },
    ...cards.flatMap(({ components }, i) => [
      { role: 'Card', text: `${i + 1} of ${cards.length}`, path: `${path}.cards[${i}]` },
      ...speakAll(components, `${path}.cards[${i}].components`),
    ]),
  ],
};

/** What a screen reader says of a card, stop by stop, in reading order. */
export function screenReader({ card }: CheckedCard): Spoken[] {
  return speakAll(card.components, '$.components');
}

function speakAll(components: readonly Component[], path: string): Spoken[] {
  return components.flatMap((component, i) => {
    const at = `${path}[${i}]`;
    moduleOf(component.type, at);
    // The speaker is the one of the component's own type.
    const speak = speakers[component.type] as (component: Component, path: string) => Spoken[];
    return speak(component, at);
  });
}
