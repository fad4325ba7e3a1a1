import type { Card } from '../card.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';

/** A change that a template or a format made so that a card stays within the limits; always reported. */
export interface Change {
  /** JSON path of the changed value. */
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

/** Details of a checked card besides its JSON. */
interface CardDetails {
  /** The same as in the card's JSON. */
  readonly messageId: string;
  /** The plain text fallback of the whole card. */
  readonly text: string;
  /** BCP 47 locale of its texts. */
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  readonly template: TemplateRef;
  readonly changes: readonly Change[];
}

/**
 * A card that passed every check. Formats and deliveries take nothing else, and only `sealCard` makes one. A class, because its
 * private member makes its type one that no other object has.
 */
class CheckedCard implements CardDetails {
  /** The card as JSON text, serialised once: the checked text is the one that is sent. */
  readonly json: string;
  readonly messageId: string;
  readonly text: string;
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  readonly template: TemplateRef;
  readonly changes: readonly Change[];
  #card: Card | undefined;

  constructor(json: string, { messageId, text, locale, direction, template, changes }: CardDetails) {
    this.json = json;
    this.messageId = messageId;
    this.text = text;
    this.locale = locale;
    this.direction = direction;
    this.template = template;
    this.changes = changes;
  }

  /** The card, read from its JSON when a format first asks for it: a delivery needs the text only. */
  get card(): Card {
    // Only a treated card is ever sealed.
    this.#card ??= JSON.parse(this.json) as Card;
    return this.#card;
  }
}

export type { CheckedCard };

/**
 * Brands a treated card as checked; called by the two checks of this project only (see tests/architecture.test.ts).
 *
 * @param json - the card, serialised once
 * @throws CodedError `card.limit` for a card over `limits.cardBytes`
 */
export function sealCard(json: string, details: CardDetails): CheckedCard {
  const { max } = limits.cardBytes;
  // No character takes more than 3 bytes in UTF-8 per UTF-16 unit, so short cards need no exact count.
  if (json.length * 3 > max && Buffer.byteLength(json) > max) {
    throw new CodedError('card.limit', `A card of ${Buffer.byteLength(json)} bytes; the limit is ${max}.`, {
      path: 'card:$',
    });
  }
  return new CheckedCard(json, details);
}
