/**
 * What a click on a button sends to the bot, as Web Chat sends it: the words of an `imBack`, the value of a `postBack` or
 * of an `Action.Submit`, both of a `messageBack`, and the action of an `Action.Execute`.
 */
export type Click =
  | { readonly type: 'imBack'; readonly text: string }
  | { readonly type: 'postBack'; readonly value: unknown }
  | {
      readonly type: 'messageBack';
      readonly text?: string | undefined;
      readonly value?: unknown;
      readonly displayText?: string | undefined;
    }
  | {
      readonly type: 'execute';
      readonly id?: string | undefined;
      readonly verb?: string | undefined;
      readonly data: unknown;
    };

/** Gives clicks the payloads by which they are known again. */
export interface ClickPayloads {
  /** The payload of a click; undefined when there is no room to keep what it sends. */
  payloadOf(click: Click): string | undefined;
  /** Another payload for the same click, for a button that looks the same. */
  again(payload: string): string | undefined;
}

/** What a click sends as one text or value, where nothing is kept of it. */
export function dataOf(click: Click): unknown {
  switch (click.type) {
    case 'imBack':
      return click.text;
    case 'postBack':
      return click.value;
    case 'messageBack':
      return click.value ?? click.text;
    case 'execute': {
      const { verb, data } = click;
      return isEmpty(data) ? (verb ?? data) : { verb, data };
    }
  }
}

function isEmpty(data: unknown): boolean {
  return typeof data === 'object' && data !== null && Object.keys(data).length === 0;
}
