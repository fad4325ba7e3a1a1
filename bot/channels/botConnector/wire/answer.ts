import type { TemplateRef } from '../../../../cards/checks/checkedCard.ts';
import type { BotVersion } from './botList.ts';

/** The end of a dialog for the flow: the intent, its entities (texts) and flat parameters. */
export interface Ending {
  intent: string;
  entities: Readonly<Record<string, string>>;
  parameters: Readonly<Record<string, string>>;
}

/** The answer for Architect after a turn, before it is spelled for v1 or v2; `M` is a message. */
export interface Answer<M> extends Omit<Ending, 'intent'> {
  state: 'MoreData' | 'Complete';
  /** Undefined while the session goes on: chosen when the answer is sent; see `completeAnswer`. */
  intent?: string | undefined;
  messages: readonly M[];
  /** Template of its first card, for reports. */
  template?: TemplateRef | undefined;
}

/** An answer that can be sent: it has an intent. */
export interface CompleteAnswer<M> extends Answer<M> {
  intent: string;
}

/** Creates an answer after which the session goes on. */
export function goOn<M>(messages: readonly M[]): Answer<M> {
  return { state: 'MoreData', messages, entities: {}, parameters: {} };
}

/** Creates the answer when the connector itself failed: a person takes over. */
export function answerFailure<M>({ handOff }: BotVersion, language: string, sorry: M): Answer<M> {
  return {
    state: 'Complete',
    messages: [sorry],
    intent: handOff.intent,
    entities: {},
    parameters: { reason: 'error', language },
  };
}

/** Joins answers into one: it has all messages and parameters, and ends as the last one. */
export function join<M>(earlier: readonly (Answer<M> | undefined)[], last: Answer<M>): Answer<M> {
  const all = [...earlier.filter((one) => one !== undefined), last];
  return {
    ...last,
    messages: all.flatMap((one) => one.messages),
    parameters: Object.assign({}, ...all.map((one) => one.parameters)),
    template: all.find((one) => one.template !== undefined)?.template,
  };
}

/**
 * Adds the intent to an answer: another `turnIntent` each time the session goes on, because v1 ends a session after more than three
 * equal intents. `record.turns` counts sent answers only.
 */
export function completeAnswer<M>(
  answer: Answer<M>,
  { turnIntents, endIntent }: BotVersion,
  record?: { turns: number },
): CompleteAnswer<M> {
  if (answer.intent !== undefined) return { ...answer, intent: answer.intent };
  const turns = record?.turns ?? 0;
  if (record !== undefined) record.turns += 1;
  return { ...answer, intent: turnIntents[turns % turnIntents.length] ?? endIntent };
}
