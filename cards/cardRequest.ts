import { z } from 'zod';
import type { Json } from './card.ts';
import { schemaError } from './checks/schemaError.ts';

/** The attachment content type by which a dialog asks for a card. */
export const cardContentType = 'application/vnd.genesys.card+json';

/** What a dialog asks for: a template by its address (`order-confirmation-v2`), its dynamic fields, a locale. */
export const cardRequestSchema = z.strictObject({
  templateId: z.string().min(1).max(100),
  fields: z.record(z.string().max(100), z.json()),
  locale: z.string().min(2).max(35).optional(),
  /** Stable id of the card; default: a new one. A repeat of it is delivered once. */
  messageId: z.string().optional(),
});

/** A dialog's request for a card. */
export interface CardRequest {
  templateId: string;
  fields: Record<string, unknown>;
  locale?: string | undefined;
  messageId?: string | undefined;
}

/**
 * Reads plain JSON as a card request.
 *
 * A good request is known by hand: zod would cost more than all of its card. What is not known so is left to zod, which
 * says what is wrong with it.
 *
 * @throws CodedError `card.schema` with the JSON path.
 */
export function readCardRequest(json: Json): CardRequest & { fields: Record<string, Json> } {
  if (isCardRequest(json)) return json;
  const parsed = cardRequestSchema.safeParse(json);
  if (!parsed.success) throw schemaError('card.schema', 'The card request', parsed.error, 'request:$');
  return parsed.data;
}

/** At least as strict as the schema; see tests/cards/cardRequest.test.ts. */
function isCardRequest(
  json: Json,
): json is { templateId: string; fields: Record<string, Json>; locale?: string } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
  for (const key of Object.keys(json)) {
    if (key !== 'templateId' && key !== 'fields' && key !== 'locale' && key !== 'messageId') return false;
  }
  const { templateId, fields, locale, messageId } = json;
  return (
    isText(templateId, 1, 100) &&
    typeof fields === 'object' &&
    fields !== null &&
    !Array.isArray(fields) &&
    Object.keys(fields).every((key) => key.length <= 100) &&
    (locale === undefined || isText(locale, 2, 35)) &&
    (messageId === undefined || typeof messageId === 'string')
  );
}

function isText(value: Json | undefined, min: number, max: number): boolean {
  return typeof value === 'string' && value.length >= min && value.length <= max;
}

/** A Bot Framework attachment that asks for a card. */
export interface CardAttachment {
  contentType: typeof cardContentType;
  content: CardRequest;
}

/** Makes the attachment by which a dialog asks for a card: `MessageFactory.attachment(cardAttachment(...))`. */
export function cardAttachment(
  templateId: string,
  fields: Record<string, unknown>,
  options: Pick<CardRequest, 'locale' | 'messageId'> = {},
): CardAttachment {
  return { contentType: cardContentType, content: { templateId, fields, ...options } };
}
