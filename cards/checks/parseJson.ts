import { CodedError, type ErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';

/**
 * Parses JSON text from outside: held to `limits.bodyBytes` and, before parsing, to
 * `limits.nesting` and `limits.values`: parsing 256 KiB of empty lists takes many times the memory of the text.
 *
 * @throws CodedError `card.limit` over a limit, `invalidCode` when it is not JSON; neither holds any of the text.
 */
export function parseJson(text: string, invalidCode: ErrorCode = 'card.schema'): unknown {
  const { bodyBytes, nesting, values } = limits;
  if (text.length > bodyBytes.max || Buffer.byteLength(text) > bodyBytes.max) {
    throw new CodedError('card.limit', `The JSON is larger than ${bodyBytes.max} bytes.`, { path: '$' });
  }
  const size = measureJson(text);
  const over =
    size.nesting > nesting.max
      ? `is nested deeper than ${nesting.max} levels`
      : size.values > values.max
        ? `has more than ${values.max} values`
        : undefined;
  if (over !== undefined) throw new CodedError('card.limit', `The JSON ${over}.`, { path: '$' });
  try {
    return JSON.parse(text);
  } catch {
    throw new CodedError(invalidCode, 'The text is not JSON.', { path: '$' });
  }
}

const quote = 34;
const backslash = 92;
const comma = 44;

/** Measures JSON in one pass without recursion: its deepest nesting, and its values (empty lists and objects count as two). */
function measureJson(json: string): { nesting: number; values: number } {
  let depth = 0;
  let nesting = 0;
  let values = 1;
  let inString = false;
  for (let i = 0; i < json.length; i += 1) {
    const code = json.charCodeAt(i);
    if (inString) {
      if (code === backslash) i += 1;
      else if (code === quote) inString = false;
    } else if (code === quote) {
      inString = true;
    } else if (code === 123 || code === 91) {
      depth += 1;
      values += 1;
      if (depth > nesting) nesting = depth;
    } else if (code === 125 || code === 93) {
      depth -= 1;
    } else if (code === comma) {
      values += 1;
    }
  }
  return { nesting, values };
}
