import { CodedError, type ErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';

/**
 * Parses JSON text from outside: held to `limits.bodyBytes` and, before parsing, to `limits.nesting`.
 *
 * @throws CodedError `card.limit` over a limit, `invalidCode` when it is not JSON; neither holds any of the text.
 */
export function parseJson(text: string, invalidCode: ErrorCode = 'card.schema'): unknown {
  const { bodyBytes, nesting } = limits;
  if (text.length > bodyBytes.max || Buffer.byteLength(text) > bodyBytes.max) {
    throw new CodedError('card.limit', `The JSON is larger than ${bodyBytes.max} bytes.`, { path: '$' });
  }
  if (nestingOf(text) > nesting.max) {
    throw new CodedError('card.limit', `The JSON is nested deeper than ${nesting.max} levels.`, {
      path: '$',
    });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new CodedError(invalidCode, 'The text is not JSON.', { path: '$' });
  }
}

const quote = 34;
const backslash = 92;

/** Counts the deepest nesting of brackets outside of strings, in one pass without recursion. */
export function nestingOf(json: string): number {
  let depth = 0;
  let deepest = 0;
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
      if (depth > deepest) deepest = depth;
    } else if (code === 125 || code === 93) {
      depth -= 1;
    }
  }
  return deepest;
}
