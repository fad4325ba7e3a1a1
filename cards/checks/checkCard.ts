import { type Card, loadCardSchema } from '../card.ts';
import { writeFallbackText } from '../components/say.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import { canonicalizeLocale, directionOf } from '../locale.ts';
import { breakAddresses } from '../richText/bareAddresses.ts';
import { cleanText } from '../richText/text.ts';
import { anyPublicHost, type UrlPolicy } from '../richText/urlPolicy.ts';
import {
  type Change,
  type CheckedCard,
  type CheckedCardParts,
  seal,
  type TemplateRef,
} from './checkedCard.ts';
import { withCleanNames } from './fieldNames.ts';
import { joinPath } from './jsonPath.ts';
import { measure } from './measure.ts';
import { copyPlainly } from './plainCopy.ts';
import { requireUniquePayloads } from './requireUniquePayloads.ts';
import { createSchemaError } from './schemaError.ts';
import { treatComponents } from './treat.ts';

/** What is known of a card besides its JSON. */
export interface CheckOptions {
  /** Allowed hosts; default: any public https host. */
  policy?: UrlPolicy;
  /** Default `en`. */
  locale?: string;
  /** The plain text of the whole card; default: made from its components. */
  text?: string;
  /** Default: a raw card of no template. */
  template?: TemplateRef;
  /** How many components the card may have; default `limits.components`, which the guest interface sets. */
  maxComponents?: number;
  /** What was already changed on the way here. */
  changes?: readonly Change[];
}

/**
 * Checks any value as a card, in this order: plain JSON, limits, shape, texts, links, size.
 *
 * @throws CodedError `card.limit`, `card.schema`, `card.unsafeText` or `card.unsafeUrl`, with the JSON path.
 */
export function checkCard(input: unknown, options: CheckOptions = {}): CheckedCard {
  const copy = copyPlainly(input, 'card.schema', 'card:$');
  if (typeof copy === 'object' && copy !== null && !Array.isArray(copy) && copy.components !== undefined) {
    measure(copy.components, options.maxComponents);
  }
  const parsed = loadCardSchema().safeParse(copy);
  if (!parsed.success) {
    const tooLong = parsed.error.issues[0]?.code === 'too_big';
    throw createSchemaError(tooLong ? 'card.limit' : 'card.schema', 'The card', parsed.error, 'card:$');
  }
  const policy = options.policy ?? anyPublicHost;
  const card: Card = {
    ...parsed.data,
    dynamicFields: treatFields(parsed.data.dynamicFields, 'card:$.dynamicFields'),
    components: treatComponents(parsed.data.components, 'card:$.components', policy),
  };
  requireUniquePayloads(card.components);
  const locale = canonicalizeLocale(options.locale);
  return sealCard(JSON.stringify(card), {
    messageId: card.messageId,
    text: breakAddresses(options.text ?? writeFallbackText(card.components), policy),
    locale,
    direction: directionOf(locale),
    template: options.template ?? { id: 'raw', version: card.templateMatrix.version, hash: '' },
    changes: options.changes ?? [],
  });
}

/**
 * Holds the JSON of a treated card to the size limit, and brands it. Not for callers outside of `cards/`.
 *
 * @param json - the card, serialised once: what is checked is what is sent.
 */
export function sealCard(json: string, rest: Omit<CheckedCardParts, 'json'>): CheckedCard {
  const { max } = limits.cardBytes;
  // No character takes more than 3 bytes in UTF-8 per UTF-16 unit, so short cards need no exact count.
  if (json.length * 3 > max && Buffer.byteLength(json) > max) {
    throw new CodedError('card.limit', `A card of ${Buffer.byteLength(json)} bytes; the limit is ${max}.`, {
      path: 'card:$',
    });
  }
  return seal(json, rest);
}

type JsonFields = Card['dynamicFields'];

/** Cleans every name and string of the dynamic fields; they are data for the receiver, not something that is shown. */
function treatFields(fields: JsonFields, path: string): JsonFields {
  const clean = (value: JsonFields[string], at: string): JsonFields[string] => {
    if (typeof value === 'string') return cleanText(value, 'block');
    if (Array.isArray(value)) return value.map((item, i) => clean(item, joinPath(at, i)));
    if (typeof value !== 'object' || value === null) return value;
    return treatFields(value, at);
  };
  const named = withCleanNames(fields, () => path);
  return Object.fromEntries(
    Object.entries(named).map(([key, value]) => [key, clean(value, joinPath(path, key))]),
  );
}
