/** Limits of a session; the sizes are UTF-8 bytes of JSON. */
const most = { parameters: 100, parameterBytes: 64 * 1024, messages: 50, messageBytes: 256 * 1024 };

/** The limits in words, for reports. */
export const boundsInWords = {
  parameters: `${most.parameters} parameters or ${most.parameterBytes} bytes`,
  messages: `${most.messages} messages or ${most.messageBytes} bytes`,
};

/** The items that fit, and the number of items that did not. */
export interface Bounded<T> {
  readonly kept: T;
  readonly left: number;
}

/** Merges session variables: a newer value replaces the older one, and over the limit the older variables are discarded. */
export function mergeParameters(
  older: Readonly<Record<string, string>>,
  newer: Readonly<Record<string, string>>,
): Bounded<Record<string, string>> {
  const onlyOlder = Object.entries(older).filter(([name]) => !Object.hasOwn(newer, name));
  const kept: [string, string][] = [];
  let left = 0;
  let bytes = 0;
  for (const entry of [...Object.entries(newer), ...onlyOlder]) {
    const size = bytesOf(entry);
    if (kept.length < most.parameters && bytes + size <= most.parameterBytes) {
      kept.push(entry);
      bytes += size;
    } else left += 1;
  }
  return { kept: Object.fromEntries(kept), left };
}

/** Says whether the messages of a turn are within the limits. */
export function fitsTurn(count: number, bytes: number): boolean {
  return count <= most.messages && bytes <= most.messageBytes;
}

/** Returns the last messages that fit. */
export function keepLastMessages<T>(messages: readonly T[]): Bounded<T[]> {
  let bytes = 0;
  let first = messages.length;
  for (const message of messages.toReversed()) {
    bytes += bytesOf(message);
    if (messages.length - first >= most.messages || bytes > most.messageBytes) break;
    first -= 1;
  }
  return { kept: messages.slice(first), left: first };
}

/** Returns the size of a value in UTF-8 bytes of JSON. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
