import type { Change, TemplateRef } from '../../../../cards/checks/checkedCard.ts';
import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import type { Ending, Reply } from '../turn/reply.ts';
import type { BotVersion } from './botList.ts';
import { slotValue } from './entities.ts';

/** What Architect is told after a turn, before either version's spelling. */
export interface Answer extends Omit<Ending, 'intent'> {
  state: 'MoreData' | 'Complete';
  /** Undefined while the session goes on: chosen when the answer is told; see `completeAnswer`. */
  intent?: string | undefined;
  messages: readonly GenesysMessage[];
  /** Template of its first card, for reports. */
  template?: TemplateRef | undefined;
}

/** An answer as it is told. */
export interface ToldAnswer extends Answer {
  intent: string;
}

/** Reasons for which a dialog's ending always asks for a person, whatever its intent is. */
const handOffReasons = new Set(['notUnderstood']);

/**
 * Makes the answer of a turn, taking what its reply has not yet said.
 *
 * A person asked for -> Complete with the hand-off intent; a dialog ended with a registered intent -> Complete with it;
 * the conversation ended -> Complete; else MoreData. What is not registered is left out and noted: an unknown intent makes
 * a flow fail.
 *
 * @param language for the parameters of a hand-off
 */
export function answerOf(
  reply: Reply,
  version: BotVersion,
  language: string,
): { answer: Answer; changes: Change[] } {
  const { ending, done } = reply;
  const { handOff, endIntent } = version;
  const parameters = { ...ending?.parameters, ...reply.parameters };
  const answer = (intent: string | undefined, rest: Partial<Answer> = {}): Answer => ({
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
    const { entities } = toldEntities(version, handOff.intent, ending?.entities ?? {});
    // The entities go as parameters, too: the hand-off intent seldom has slots for all of them.
    const context = { language, ...ending?.entities, ...parameters, reason };
    const lastIntent = ending === undefined ? {} : { lastIntent: ending.intent };
    const told = { entities, parameters: { ...context, ...lastIntent } };
    return { answer: answer(handOff.intent, told), changes: [] };
  }
  if (ending !== undefined && isRegistered(version, ending.intent)) {
    const { entities, changes } = toldEntities(version, ending.intent, ending.entities);
    return { answer: answer(ending.intent, { entities }), changes };
  }
  const changes =
    ending === undefined
      ? []
      : [{ path: '$.intent', what: 'dialog result dropped: its intent is not in BOTS_FILE' }];
  if (done === undefined) return { answer: answer(undefined), changes };
  const { intent = endIntent } = done;
  return { answer: answer(isRegistered(version, intent) ? intent : endIntent), changes };
}

/** Answers one after the other as one: what is said and told adds up, the last one decides how it ends. */
export function join(earlier: readonly (Answer | undefined)[], last: Answer): Answer {
  const all = [...earlier.filter((one) => one !== undefined), last];
  return {
    ...last,
    messages: all.flatMap((one) => one.messages),
    parameters: Object.assign({}, ...all.map((one) => one.parameters)),
    template: all.find((one) => one.template !== undefined)?.template,
  };
}

/**
 * Gives an answer the intent it is told with: another `turnIntent` each time the session goes on, as v1 ends a session
 * after more than three equal ones. Counted when it is told, so that answers that were never told leave no gap.
 */
export function completeAnswer(
  answer: Answer,
  { turnIntents, endIntent }: BotVersion,
  record?: { turns: number },
): ToldAnswer {
  if (answer.intent !== undefined) return { ...answer, intent: answer.intent };
  const turns = record?.turns ?? 0;
  if (record !== undefined) record.turns += 1;
  return { ...answer, intent: turnIntents[turns % turnIntents.length] ?? endIntent };
}

function reasonOf({ intent, parameters }: Ending, { handOff }: BotVersion): string | undefined {
  const reason = parameters.reason ?? 'customerRequest';
  const asksForPerson = intent === handOff.intent || handOff.alsoFor.includes(intent);
  return asksForPerson || handOffReasons.has(reason) ? reason : undefined;
}

function isRegistered({ intents }: BotVersion, intent: string): boolean {
  return intents.some((one) => one.name === intent);
}

/** The entities that the intent is registered with, each of its type; what is left out is noted. */
function toldEntities({ intents }: BotVersion, intent: string, entities: Ending['entities']) {
  const known = intents.find((one) => one.name === intent)?.entities ?? [];
  const told: Record<string, string> = {};
  const changes: Change[] = [];
  for (const [name, text] of Object.entries(entities)) {
    const entity = known.find((one) => one.name === name);
    if (entity !== undefined && slotValue(entity.type, text) !== undefined) told[name] = text;
    else
      changes.push({
        path: '$.entities',
        what: `an entity is not told: ${entity === undefined ? 'it is not registered with its intent' : `it is no ${entity.type}`}`,
      });
  }
  return { entities: told, changes };
}
