import { CodedError } from '../../errors.ts';

/** UTF-8 bytes that an item of conversation or dialog state may have. */
const maxBytes = 2 * 1024 * 1024;

/**
 * Makes the text of an item of state as it is stored.
 *
 * @throws CodedError `store.tooLarge` over 2 MiB
 */
export function stateText(item: object): string {
  const text = JSON.stringify(item);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    throw new CodedError(
      'store.tooLarge',
      `The state of a conversation has ${bytes} bytes; ${maxBytes} are allowed.`,
    );
  }
  return text;
}
