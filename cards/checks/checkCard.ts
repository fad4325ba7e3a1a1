import { type Card, loadCardSchema } from '../card.ts';
import { writeFallbackText } from '../components/say.ts';
import { isObject } from '../json.ts';
import { canonicalizeLocale, directionOf } from '../locale.ts';
import { breakAddresses } from '../richText/bareAddresses.ts';
import { anyPublicHost, type UrlPolicy } from '../richText/urlPolicy.ts';
import { type Change, type CheckedCard, sealCard, type TemplateRef } from './checkedCard.ts';
import { cleanFields } from './dynamicFields.ts';
import { measure, requireUniquePayloads } from './measure.ts';
import { copyPlainly } from './plainJson.ts';
import { createSchemaError } from './schemaError.ts';
import { treatComponents } from './treat.ts';

/** Details of a card besides its JSON. */
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
  /** Changes that were made before this check. */
  changes?: readonly Change[];
}

/**
 * Checks any value as a card, in this order: plain JSON, limits, shape, texts, links, size.
 *
 * @throws CodedError `card.limit`, `card.schema`, `card.unsafeText` or `card.unsafeUrl`, with the JSON path.
 */
export function checkCard(input: unknown, options: CheckOptions = {}): CheckedCard {
  const copy = copyPlainly(input, 'card.schema', 'card:$');
  if (isObject(copy)) measure(copy.components, options.maxComponents);
  const parsed = loadCardSchema().safeParse(copy);
  if (!parsed.success) {
    const tooLong = parsed.error.issues[0]?.code === 'too_big';
    throw createSchemaError(tooLong ? 'card.limit' : 'card.schema', 'The card', parsed.error, 'card:$');
  }
  const policy = options.policy ?? anyPublicHost;
  const card: Card = {
    ...parsed.data,
    dynamicFields: cleanFields(parsed.data.dynamicFields, undefined, policy, 'card:$', ['dynamicFields']),
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
