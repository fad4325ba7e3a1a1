import type { Card } from '../card.ts';
import { makeLazily } from '../lazily.ts';

declare const checked: unique symbol;

/** Something that a template or a format had to change to stay within the limits; always reported, never silent. */
export interface Change {
  /** JSON path of what was changed. */
  readonly path: string;
  /** The change, in plain words without customer text. */
  readonly what: string;
}

/** Which template a card was made from. */
export interface TemplateRef {
  /** The address, such as `order-confirmation-v2`; `raw` for a card that came from no template. */
  readonly id: string;
  readonly version: string;
  /** First 16 hexadecimal digits of the SHA-256 of the template file, for telemetry; empty for a raw card. */
  readonly hash: string;
}

/** What a checked card is made of. */
export interface CheckedCardParts {
  /** The card as JSON text, serialised once: what is checked is what is sent. */
  readonly json: string;
  /** The card's own, as in its JSON. */
  readonly messageId: string;
  /** The plain text fallback of the whole card. */
  readonly text: string;
  /** BCP 47 locale of its texts. */
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  readonly template: TemplateRef;
  readonly changes: readonly Change[];
}

/** A card that passed every check. Formats and deliveries take nothing else, and only `seal` makes one. */
export interface CheckedCard extends CheckedCardParts {
  /** The card, read from its JSON when a format first asks for it: a delivery needs the text only. */
  readonly card: Card;
  readonly [checked]: true;
}

/** Brands a card as checked; called by the two checks of this project only (see tests/architecture.test.ts). */
export function seal(json: string, rest: Omit<CheckedCardParts, 'json'>): CheckedCard {
  // Nothing but a checked card is ever sealed.
  const get = makeLazily(() => JSON.parse(json) as Card);
  // The brand exists in types only: this cast is the only way to it.
  return Object.defineProperty({ json, ...rest }, 'card', { get }) as unknown as CheckedCard;
}
