/** A typed result as v1 tells it: a JSON value. */
export type SlotValue = string | number | boolean | readonly unknown[] | { amount: number; code: string };

/** A typed result as v2 tells it. */
export interface EntityValue {
  name: string;
  type: string;
  value?: string;
  values?: readonly string[];
}

/** An entity in v2's spelling. */
export function entityValue(name: string, type: string, text: string): EntityValue {
  return type.endsWith('Collection')
    ? { name, type, values: collection(text).map(textOf) }
    : { name, type, value: text };
}

/** An entity in v1's spelling; undefined when the text is not of its type: a flow would fail on it. */
export function slotValue(type: string, text: string): SlotValue | undefined {
  if (type.endsWith('Collection')) {
    const single = type.slice(0, -'Collection'.length);
    return collection(text).flatMap((one) => slotValue(single, textOf(one)) ?? []);
  }
  switch (type) {
    case 'Integer':
      return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case 'Decimal':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'Boolean':
      return text === 'true' || text === 'false' ? text === 'true' : undefined;
    case 'Currency':
      return currency(text);
    default:
      return text;
  }
}

/** A collection is a JSON list; any other text is a list of that one. */
function collection(text: string): unknown[] {
  const value = jsonOf(text);
  return Array.isArray(value) ? value : [text];
}

/** `{"amount":10.5,"code":"USD"}`, or `17.00|USD` as it is. */
function currency(text: string): SlotValue | undefined {
  if (/^-?\d+(\.\d+)?\|[A-Z]{3}$/.test(text)) return text;
  const value = jsonOf(text);
  if (typeof value !== 'object' || value === null || !('amount' in value) || !('code' in value))
    return undefined;
  const { amount, code } = value;
  return typeof amount === 'number' && typeof code === 'string' ? { amount, code } : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
