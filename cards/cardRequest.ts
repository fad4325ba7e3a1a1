import { z } from 'zod';
import type { Json } from './card.ts';
import { createSchemaError } from './checks/schemaError.ts';
import { isObject } from './json.ts';

/** The attachment content type by which a dialog asks for a card. */
export const cardContentType = 'application/vnd.genesys.card+json';

const maxName = 100;

/** A dialog's request: a template by its address (`order-confirmation-v2`), its dynamic fields, a locale. */
export const cardRequestSchema = z.strictObject({
  templateId: z.string().min(1).max(100),
  fields: z.record(z.string().max(maxName), z.json()),
  locale: z.string().min(2).max(35).optional(),
  /** Stable id of the card; default: a new one. A repeat of it is delivered once. */
  messageId: z.string().optional(),
});

/** The same schema for a request that is known to be JSON: its fields are not checked again. */
const readSchema = cardRequestSchema.extend({
  fields: z.custom<Record<string, Json>>(
    (fields) => isObject(fields) && Object.keys(fields).every((name) => name.length <= maxName),
  ),
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
 * @throws CodedError `card.schema` with the JSON path.
 */
export function readCardRequest(json: Json): CardRequest & { fields: Record<string, Json> } {
  const parsed = readSchema.safeParse(json);
  if (!parsed.success) throw createSchemaError('card.schema', 'The card request', parsed.error, 'request:$');
  return parsed.data;
}

/** A Bot Framework attachment that asks for a card. */
export interface CardAttachment {
  contentType: typeof cardContentType;
  content: CardRequest;
}

declare global {
  /** The fields of each template by its address; empty until `npm run cards -- types` writes them into a project. */
  interface GenesysCardTemplates {}
}

/** The address of a template: one whose types were written, or any text where no types were written. */
export type TemplateId = [keyof GenesysCardTemplates] extends [never] ? string : keyof GenesysCardTemplates;

/** The fields of a template. */
export type TemplateFields<T extends string> = T extends keyof GenesysCardTemplates
  ? GenesysCardTemplates[T]
  : Record<string, unknown>;

/** Makes the attachment by which a dialog asks for a card: `MessageFactory.attachment(cardAttachment(...))`. */
export function cardAttachment<T extends TemplateId>(
  templateId: T,
  fields: TemplateFields<T>,
  options?: Pick<CardRequest, 'locale' | 'messageId'>,
): CardAttachment;
export function cardAttachment(
  templateId: string,
  fields: Record<string, unknown>,
  options: Pick<CardRequest, 'locale' | 'messageId'> = {},
): CardAttachment {
  return { contentType: cardContentType, content: { templateId, fields, ...options } };
}
