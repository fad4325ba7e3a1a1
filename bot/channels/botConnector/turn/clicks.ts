import { randomBytes } from 'node:crypto';
import type { GenesysCard, GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import { isObject, tryJson } from '../../../../cards/json.ts';
import { limits } from '../../../../cards/limits.ts';
import type { Click, ClickPayloads } from '../../../../cards/readers/botFramework/click.ts';
import { isCleanPayload } from '../../../../cards/richText/text.ts';
import { showAnswer } from './ownWords.ts';

/** The clicks of a session by the keys that are their payloads; newest last. */
export type KeptClicks = Record<string, Click>;

/** Limits of a session's clicks; the oldest are discarded. */
const maxKept = 500;
const maxCharacters = 200_000;

/** Options of the clicks. */
export interface ClicksOptions {
  /** Creates the keys; default: random keys. */
  makeKey?: () => string;
  /** Whether the connector asks for the fields of forms; default true. */
  asksFields?: boolean;
}

/** The form of a key. */
const keyPattern = /^click:[\w-]{12}$/;

const makeClickKey = (): string => `click:${randomBytes(9).toString('base64url')}`;

/**
 * The clicks of one session: chooses the payloads of buttons, and finds the click of a payload.
 *
 * A text is its own payload, and an object is its JSON, so that they are valid in any session. Every other click is stored under a
 * short key: a `messageBack`, an `Action.Execute`, a number or a list, a text that looks like JSON, a value that is too long for a
 * payload, and a button that looks like another one.
 */
export class Clicks implements ClickPayloads {
  readonly #kept: KeptClicks;
  readonly #newKey: () => string;
  #characters: number;
  readonly asksFields: boolean;
  /** Payloads of the forms in this turn. */
  readonly forms: string[] = [];

  /** @param kept the stored clicks, which this object changes */
  constructor(kept: KeptClicks = {}, { makeKey = makeClickKey, asksFields = true }: ClicksOptions = {}) {
    this.#kept = kept;
    this.asksFields = asksFields;
    this.#newKey = makeKey;
    this.#characters = Object.values(kept).reduce((sum, click) => sum + sizeOf(click), 0);
  }

  payloadOf(click: Click): string | undefined {
    const payload = readOwnPayload(click) ?? this.#keep(click);
    if (click.type === 'form' && payload !== undefined) this.forms.push(payload);
    return payload;
  }

  again(payload: string): string | undefined {
    return this.#keep(this.meaningOf(payload) ?? { type: 'imBack', text: payload });
  }

  /** Returns the click of a payload; undefined for a key whose click was discarded. */
  meaningOf(payload: string): Click | undefined {
    if (keyPattern.test(payload)) return Object.hasOwn(this.#kept, payload) ? this.#kept[payload] : undefined;
    const data = objectIn(payload);
    return data === undefined ? { type: 'imBack', text: payload } : { type: 'postBack', value: data };
  }

  #keep(click: Click): string | undefined {
    const size = sizeOf(click);
    if (size > maxCharacters) return undefined;
    const key = this.#newKey();
    this.#kept[key] = click;
    this.#characters += size;
    for (const [oldest, old] of Object.entries(this.#kept)) {
      if (this.#characters <= maxCharacters && Object.keys(this.#kept).length <= maxKept) break;
      delete this.#kept[oldest];
      this.#characters -= sizeOf(old);
    }
    return key;
  }
}

/** Says whether a payload or a text is a key of a stored click. */
export function isClickKey(text: string): boolean {
  return keyPattern.test(text);
}

/** Replaces the payloads of our own templates that look like data by keys: the payload of a template is always a text. */
export function keepTexts(messages: readonly GenesysMessage[], clicks: ClickPayloads): GenesysMessage[] {
  const kept = (payload: string): string =>
    objectIn(payload) === undefined
      ? payload
      : (clicks.payloadOf({ type: 'imBack', text: payload }) ?? payload);
  const withActions = (card: GenesysCard): GenesysCard => ({
    ...card,
    actions: card.actions.map((action) =>
      action.type === 'Postback' ? { ...action, payload: kept(action.payload) } : action,
    ),
  });
  return messages.map((message): GenesysMessage => {
    if (message.type === 'Text') return message;
    const content = message.content.map((one): (typeof message.content)[number] => {
      if (one.contentType === 'QuickReply')
        return { ...one, quickReply: { ...one.quickReply, payload: kept(one.quickReply.payload) } };
      if (one.contentType === 'Card') return { ...one, card: withActions(one.card) };
      return { ...one, carousel: { cards: one.carousel.cards.map(withActions) } };
    });
    return { ...message, content };
  });
}

/** Returns the payload that identifies a click without a key; undefined when there is none. */
function readOwnPayload(click: Click): string | undefined {
  if (click.type === 'execute' || click.type === 'form') return undefined;
  const text = click.type === 'postBack' ? click.value : click.text;
  const value = click.type === 'messageBack' ? click.value : undefined;
  if (typeof text === 'string') {
    const isItself = objectIn(text) === undefined && !keyPattern.test(text) && text !== showAnswer;
    return value === undefined && isItself && fits(text) ? text : undefined;
  }
  const data = click.type === 'messageBack' ? value : text;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const json = JSON.stringify(data);
  return fits(json) ? json : undefined;
}

/** Says whether a text can be a payload. Genesys removes the blanks around a payload. */
function fits(payload: string): boolean {
  return payload.length <= limits.payload.max && payload.trim() === payload && isCleanPayload(payload);
}

/** Returns the object of a text that is JSON; undefined for any other text. */
function objectIn(text: string): object | undefined {
  const value = text.startsWith('{') ? tryJson(text) : undefined;
  return isObject(value) ? value : undefined;
}

function sizeOf(click: Click): number {
  return JSON.stringify(click).length;
}
