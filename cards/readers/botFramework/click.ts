import { isObject } from '../../json.ts';

/**
 * The content that a click on a button sends to the bot, as Web Chat sends it: the words of an `imBack`, the value of a `postBack` or
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
    }
  | {
      /** An action that sends fields, which are asked for first. */
      readonly type: 'form';
      readonly fields: readonly FormField[];
      readonly action: Readonly<Record<string, unknown>>;
    };

/** A field of a form that is asked for. */
export interface FormField {
  readonly kind: 'text' | 'number' | 'date' | 'time' | 'toggle' | 'choice';
  readonly id: string;
  readonly label: string;
  readonly isRequired: boolean;
  /** Sends its value and is not asked for. */
  readonly isHidden: boolean;
  /** Several choices may be taken. */
  readonly isMulti: boolean;
  readonly choices: readonly { readonly label: string; readonly value: string }[];
  /** The value that is sent without an answer. */
  readonly value?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  /** Characters. */
  readonly maxLength?: number | undefined;
  readonly regex?: string | undefined;
  readonly valueOn?: string | undefined;
  readonly valueOff?: string | undefined;
}

/** Makes payloads by which clicks are recognized when they come back. */
export interface ClickPayloads {
  /** Whether the bot asks for the fields of a form; else an action that sends fields cannot be offered. */
  readonly asksFields: boolean;
  /** The payload of a click; undefined when there is no room to keep its data. */
  payloadOf(click: Click): string | undefined;
  /** Another payload for the same click, for a button that looks the same. */
  again(payload: string): string | undefined;
}

/** Returns the one text or value that a click sends where no payload stands for it. */
export function dataOf(click: Click): unknown {
  switch (click.type) {
    case 'imBack':
      return click.text;
    case 'postBack':
      return click.value;
    case 'messageBack':
      return click.value ?? click.text;
    case 'form':
      return click.action.data ?? {};
    case 'execute': {
      const { verb, data } = click;
      return isEmpty(data) ? (verb ?? data) : { verb, data };
    }
  }
}

function isEmpty(data: unknown): boolean {
  return typeof data === 'object' && data !== null && Object.keys(data).length === 0;
}

/**
 * The click of an Action.Submit or Action.Execute. An action without data sends an empty object.
 *
 * @param input - values of fields, which are added to the data.
 */
export function submitClick(
  { type, id, data, verb, title }: Readonly<Record<string, unknown>>,
  input: Readonly<Record<string, unknown>> = {},
): Click {
  const hasInput = Object.keys(input).length > 0;
  const teams = isObject(data) && isObject(data.msteams) ? readTeamsClick(data.msteams, title) : undefined;
  if (teams !== undefined && !hasInput) return teams;
  if (teams !== undefined) {
    const said = dataOf(teams);
    return { type: 'postBack', value: { ...(isObject(said) ? said : { text: said }), ...input } };
  }
  const fields = isObject(data) ? data : data === undefined ? {} : { data };
  const sent = hasInput ? { ...fields, ...input } : (data ?? {});
  if (type === 'Action.Execute') return { type: 'execute', id: textOf(id), verb: textOf(verb), data: sent };
  return typeof sent === 'string' ? { type: 'imBack', text: sent } : { type: 'postBack', value: sent };
}

/** Returns the address that an action of a bot for Teams opens to sign in. */
export function readTeamsSignIn(data: unknown): string | undefined {
  const msteams = isObject(data) ? data.msteams : undefined;
  return isObject(msteams) && msteams.type === 'signin' ? textOf(msteams.value) : undefined;
}

/** Bots for Teams write an imBack or messageBack like this. */
function readTeamsClick(msteams: Readonly<Record<string, unknown>>, title: unknown): Click | undefined {
  const { type, value, text: said, displayText } = msteams;
  if (type === 'imBack') {
    const sent = value ?? said ?? title;
    return typeof sent === 'string' ? { type, text: sent } : { type: 'postBack', value: sent };
  }
  if (type !== 'messageBack') return undefined;
  const words = textOf(said) ?? (value === undefined ? textOf(title) : undefined);
  return { type, text: words, value, displayText: textOf(displayText) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
