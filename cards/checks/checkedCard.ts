import { type Card, loadCardSchema } from '../card.ts';
import {
  type Component,
  componentModules,
  innerOf,
  moduleOf,
  writeFallbackText,
} from '../components/componentTypes.ts';
import { CodedError, writeJsonPath } from '../errors.ts';
import { isObject } from '../json.ts';
import { type LimitName, limits, requireAtMost } from '../limits.ts';
import { canonicalizeLocale, directionOf } from '../locale.ts';
import { breakAddresses } from '../richText/bareAddresses.ts';
import { anyPublicHost, type UrlPolicy } from '../richText/urlPolicy.ts';
import { copyPlainly } from './plainJson.ts';
import { createSchemaError } from './schemaError.ts';
import { cleanFields, treatComponents } from './treat.ts';

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

/** The limit of each list of a component, by its name. */
const listLimits = new Map(
  componentModules.flatMap(({ members }) =>
    Object.entries(members).flatMap(([name, member]) =>
      member.kind === 'list' ? [[name, member.limit] as const] : [],
    ),
  ),
);

/**
 * Checks the size of a component tree before any other check: its depth, the components of the whole tree, and the lengths
 * of its lists. The input is unchecked JSON; its shape is checked later.
 *
 * @param maxComponents - default `limits.components`
 * @throws CodedError `card.limit` with the path of the first value over a limit.
 */
export function measure(components: unknown, maxComponents?: number): void {
  const keys: (string | number)[] = ['components'];
  const at = (): string => writeJsonPath(keys, 'card:$');
  let count = 0;
  const walk = (list: unknown, level: number): void => {
    if (!Array.isArray(list)) return;
    for (let i = 0; i < list.length; i += 1) {
      keys.push(i);
      count += 1;
      requireAtMost('components', count, at, maxComponents);
      requireAtMost('depth', level, at);
      if (isObject(list[i])) walkComponent(list[i], level);
      keys.pop();
    }
  };
  const walkComponent = (component: Readonly<Record<string, unknown>>, level: number): void => {
    for (const name in component) {
      const value = component[name];
      if (!Array.isArray(value)) continue;
      keys.push(name);
      if (name === 'components') walk(value, level + 1);
      const limit = listLimits.get(name);
      if (limit !== undefined) walkItems(value, limit, level);
      keys.pop();
    }
  };
  const walkItems = (items: readonly unknown[], limit: LimitName, level: number): void => {
    requireAtMost(limit, items.length, at);
    for (const [i, item] of items.entries()) {
      if (!isObject(item) || item.components === undefined) continue;
      keys.push(i, 'components');
      walk(item.components, level + 1);
      keys.length -= 2;
    }
  };
  walk(components, 1);
}

/**
 * Refuses two buttons of one card that answer with the same payload and label: the click could not be told apart.
 * Genesys asks for it across all cards of a carousel (SDK models: payload and text together must be unique).
 */
export function requireUniquePayloads(components: readonly Component[]): void {
  const seen = new Set<string>();
  const walk = (list: readonly Component[], path: string): void => {
    list.forEach((component, i) => {
      const { answers, mapInner } = moduleOf(component.type);
      answers?.(component).forEach(({ label, payload, step }) => {
        const key = `${payload}\n${label}`;
        if (seen.has(key))
          throw new CodedError('card.schema', 'Two buttons have the same label and payload.', {
            path: `${path}[${i}]${step}`,
          });
        seen.add(key);
      });
      if (mapInner === undefined) return;
      for (const { components: inner, step } of innerOf(component)) walk(inner, `${path}[${i}]${step}`);
    });
  };
  walk(components, 'card:$.components');
}
