import type { GenesysMessage } from '../../../../cards/formats/genesysContent.ts';
import type { Answer, ToldAnswer } from './answer.ts';
import type { BotVersion } from './botList.ts';
import { type EntityValue, readEntityValue, readSlotValue, type SlotValue } from './entities.ts';

/** What both versions send. */
interface CommonAnswer {
  botState: Answer<GenesysMessage>['state'];
  intent: string;
  confidence: number;
  parameters: Readonly<Record<string, string>>;
}

/** The HTTP answer to Call Bot Connector. Both spellings of the messages: reports of v1 show either. */
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

/** The whole of an answer is certain: what a dialog ended with is not a guess. */
const confidence = 1;

/** Spells an answer for v1. */
export function spellV1Answer(answer: ToldAnswer<GenesysMessage>, version: BotVersion): V1Answer {
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
export function spellV2Answer(answer: ToldAnswer<GenesysMessage>, version: BotVersion): V2Answer {
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

/** The entities of an answer with their registered types. */
function typesOf(
  { intent, entities }: ToldAnswer<GenesysMessage>,
  { intents }: BotVersion,
): [string, string, string][] {
  const known = intents.find((one) => one.name === intent)?.entities ?? [];
  return known.flatMap(({ name, type }): [string, string, string][] => {
    const text = Object.hasOwn(entities, name) ? entities[name] : undefined;
    return text === undefined ? [] : [[name, type, text]];
  });
}
