import type { Change } from '../../../../cards/checks/checkedCard.ts';
import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import type { Answer, Ending } from '../wire/answer.ts';
import type { BotVersion } from '../wire/botList.ts';
import { readSlotValue } from '../wire/spellAnswer.ts';
import type { Reply } from './reply.ts';

/** Reasons with which the ending of a dialog asks for a person, whatever its intent. */
const handOffReasons = new Set(['notUnderstood']);

/**
 * Creates the answer of a turn from the rest of its reply.
 *
 * A hand-off -> Complete with the hand-off intent; a dialog that ended with a registered intent -> Complete with it; a conversation
 * that ended -> Complete; otherwise MoreData. Unregistered intents and entities are left out, with a change: a flow fails on an
 * unknown intent.
 *
 * @param language a parameter of a hand-off
 */
export function answerOf(
  reply: Reply,
  version: BotVersion,
  language: string,
): { answer: Answer<GenesysMessage>; changes: Change[] } {
  const { ending, done } = reply;
  const { handOff, endIntent } = version;
  const parameters = { ...ending?.parameters, ...reply.parameters };
  const answer = (
    intent: string | undefined,
    rest: Partial<Answer<GenesysMessage>> = {},
  ): Answer<GenesysMessage> => ({
    state: intent === undefined ? 'MoreData' : 'Complete',
    messages: reply.take(),
    intent,
    entities: {},
    parameters,
    template: reply.template,
    ...rest,
  });

  const reason = reply.handOffReason ?? (ending === undefined ? undefined : reasonOf(ending, version));
  if (reason !== undefined) {
    const { entities } = pickEntities(version, handOff.intent, ending?.entities ?? {});
    // The entities are parameters, too: the hand-off intent rarely has slots for all of them.
    const context = { language, ...ending?.entities, ...parameters, reason };
    const lastIntent = ending === undefined ? {} : { lastIntent: ending.intent };
    const ended = { entities, parameters: { ...context, ...lastIntent } };
    return { answer: answer(handOff.intent, ended), changes: [] };
  }
  if (ending !== undefined && isRegistered(version, ending.intent)) {
    const { entities, changes } = pickEntities(version, ending.intent, ending.entities);
    return { answer: answer(ending.intent, { entities }), changes };
  }
  const changes: Change[] = [];
  if (ending !== undefined)
    changes.push({ path: '$.intent', what: 'dialog result discarded: its intent is not in BOTS_FILE' });
  if (done === undefined) return { answer: answer(undefined), changes };
  const { intent = endIntent } = done;
  if (isRegistered(version, intent)) return { answer: answer(intent), changes };
  const what = `the end of the conversation has the intent ${endIntent}: its own is not in BOTS_FILE`;
  return { answer: answer(endIntent), changes: [...changes, { path: '$.value.intent', what }] };
}

function reasonOf({ intent, parameters }: Ending, { handOff }: BotVersion): string | undefined {
  const reason = parameters.reason ?? 'customerRequest';
  const asksForPerson = intent === handOff.intent || handOff.alsoFor.includes(intent);
  return asksForPerson || handOffReasons.has(reason) ? reason : undefined;
}

function isRegistered({ intents }: BotVersion, intent: string): boolean {
  return intents.some((one) => one.name === intent);
}

/** Returns the entities that are registered with the intent and have their type, and a change for each other entity. */
function pickEntities({ intents }: BotVersion, intent: string, entities: Ending['entities']) {
  const known = intents.find((one) => one.name === intent)?.entities ?? [];
  const picked: Record<string, string> = {};
  const changes: Change[] = [];
  for (const [name, text] of Object.entries(entities)) {
    const entity = known.find((one) => one.name === name);
    if (entity !== undefined && readSlotValue(entity.type, text) !== undefined) picked[name] = text;
    else {
      const why = entity === undefined ? 'it is not registered with its intent' : `it is no ${entity.type}`;
      changes.push({ path: '$.entities', what: `an entity was left out: ${why}` });
    }
  }
  return { entities: picked, changes };
}
