import { z } from 'zod';
import { tryJson } from '../../../../cards/json.ts';

/** A typed result as v1 sends it: a JSON value. */
export type SlotValue = string | number | boolean | readonly unknown[] | { amount: number; code: string };

/** A typed result as v2 sends it. */
export interface EntityValue {
  name: string;
  type: string;
  value?: string;
  values?: readonly string[];
}

/** An entity in v2's spelling; undefined when the text is not of its type. */
export function readEntityValue(name: string, type: string, text: string): EntityValue | undefined {
  const value = readSlotValue(type, text);
  if (value === undefined) return undefined;
  return type.endsWith('Collection')
    ? {
        name,
        type,
        values: readCollection(text).map((one) =>
          normalizeSpelling(type.slice(0, -'Collection'.length), textOf(one)),
        ),
      }
    : { name, type, value: normalizeSpelling(type, text) };
}

/** v2 knows currencies as JSON alone. */
function normalizeSpelling(type: string, text: string): string {
  const [amount, code] = type === 'Currency' && piped.test(text) ? text.split('|') : [];
  return amount === undefined ? text : `{"amount":${amount},"code":"${code}"}`;
}

/**
 * An entity in v1's spelling; undefined when the text, or one of a collection, is not of its type: a flow would fail on it.
 * The formats are those of `BotEntityValue` in Genesys' SDK.
 */
export function readSlotValue(type: string, text: string): SlotValue | undefined {
  if (type.endsWith('Collection')) {
    const single = type.slice(0, -'Collection'.length);
    const values = readCollection(text).map((one) => readSlotValue(single, textOf(one)));
    return values.includes(undefined) ? undefined : values;
  }
  switch (type) {
    case 'Integer':
      return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case 'Decimal':
      return /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : undefined;
    case 'Boolean':
      return text === 'true' || text === 'false' ? text === 'true' : undefined;
    case 'Currency':
      return readCurrency(text);
    case 'Datetime':
      return isoDateTime.safeParse(text).success ? text : undefined;
    case 'Duration':
      return isoDuration.safeParse(text).success ? text : undefined;
    default:
      return text;
  }
}

const isoDateTime = z.iso.datetime({ offset: true, local: true });
const isoDuration = z.iso.duration();
const piped = /^-?\d{1,15}(\.\d{1,15})?\|[A-Z]{3}$/;

/** A collection is a JSON list; any other text is a list of that one. */
function readCollection(text: string): unknown[] {
  const value = tryJson(text);
  return Array.isArray(value) ? value : [text];
}

/** `{"amount":10.5,"code":"USD"}`, or `17.00|USD` as it is. */
function readCurrency(text: string): SlotValue | undefined {
  if (piped.test(text)) return text;
  const value = tryJson(text);
  if (typeof value !== 'object' || value === null || !('amount' in value) || !('code' in value))
    return undefined;
  const { amount, code } = value;
  return typeof amount === 'number' && typeof code === 'string' ? { amount, code } : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
