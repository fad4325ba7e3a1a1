import { z } from 'zod';
import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import { isObject, tryJson } from '../../../../cards/json.ts';
import type { Answer, CompleteAnswer } from './answer.ts';
import type { BotVersion } from './botList.ts';

/** The part of an answer that both versions share. */
interface CommonAnswer {
  botState: Answer<GenesysMessage>['state'];
  intent: string;
  confidence: number;
  parameters: Readonly<Record<string, string>>;
}

/** The HTTP answer to Call Bot Connector. It has the messages in both spellings, because reports of v1 show either. */
export interface V1Answer extends CommonAnswer {
  replymessages: readonly GenesysMessage[];
  replyMessages: readonly GenesysMessage[];
  slotValues: Record<string, SlotValue>;
}

/** The HTTP answer to Call Digital Bot Connector. */
export interface V2Answer extends CommonAnswer {
  replyMessages: readonly GenesysMessage[];
  entities: EntityValue[];
}

/** Every answer is certain: the result of a dialog is not a guess. */
const confidence = 1;

/** Spells an answer for v1. */
export function spellV1Answer(answer: CompleteAnswer<GenesysMessage>, version: BotVersion): V1Answer {
  const { messages, state, intent, parameters } = answer;
  const slots = typesOf(answer, version).flatMap(([name, type, text]) => {
    const value = readSlotValue(type, text);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    replymessages: messages,
    replyMessages: messages,
    botState: state,
    intent,
    confidence,
    slotValues: Object.fromEntries(slots),
    parameters,
  };
}

/** Spells an answer for v2. */
export function spellV2Answer(answer: CompleteAnswer<GenesysMessage>, version: BotVersion): V2Answer {
  const { messages, state, intent, parameters } = answer;
  return {
    botState: state,
    intent,
    confidence,
    replyMessages: messages,
    entities: typesOf(answer, version).flatMap((one) => readEntityValue(...one) ?? []),
    parameters,
  };
}

/** Returns the entities of an answer with their registered types: name, type, text. */
function typesOf(
  { intent, entities }: CompleteAnswer<GenesysMessage>,
  { intents }: BotVersion,
): [string, string, string][] {
  const known = intents.find((one) => one.name === intent)?.entities ?? [];
  return known.flatMap(({ name, type }): [string, string, string][] => {
    const text = Object.hasOwn(entities, name) ? entities[name] : undefined;
    return text === undefined ? [] : [[name, type, text]];
  });
}

/** A typed result of v1: a JSON value. */
type SlotValue = string | number | boolean | readonly unknown[] | { amount: number; code: string };

/** A typed result of v2. */
interface EntityValue {
  name: string;
  type: string;
  value?: string;
  values?: readonly string[];
}

/** Reads an entity for v2; undefined when the text does not have its type. */
function readEntityValue(name: string, type: string, text: string): EntityValue | undefined {
  const value = readSlotValue(type, text);
  if (value === undefined) return undefined;
  if (!type.endsWith('Collection')) return { name, type, value: normalizeCurrency(type, text) };
  const single = type.slice(0, -'Collection'.length);
  return { name, type, values: readCollection(text).map((one) => normalizeCurrency(single, textOf(one))) };
}

/** v2 accepts a currency as JSON only. */
function normalizeCurrency(type: string, text: string): string {
  const [amount, code] = type === 'Currency' && piped.test(text) ? text.split('|') : [];
  return amount === undefined ? text : `{"amount":${amount},"code":"${code}"}`;
}

/**
 * Reads an entity for v1; undefined when the text, or one text of a collection, does not have its type: a flow would fail on it.
 * Source of the formats: `BotEntityValue` in Genesys' SDK.
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

/** Reads a collection: a JSON list, or any other text as a list of one. */
function readCollection(text: string): unknown[] {
  const value = tryJson(text);
  return Array.isArray(value) ? value : [text];
}

/** Reads `{"amount":10.5,"code":"USD"}` as an object, and keeps the text `17.00|USD`. */
function readCurrency(text: string): SlotValue | undefined {
  if (piped.test(text)) return text;
  const value = tryJson(text);
  const { amount, code } = isObject(value) ? value : {};
  return typeof amount === 'number' && typeof code === 'string' ? { amount, code } : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
