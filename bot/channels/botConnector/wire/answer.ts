import type { TemplateRef } from '../../../../cards/checks/checkedCard.ts';
import type { BotVersion } from './botList.ts';

/** How a dialog ended, for the flow: the intent, its entities (texts) and flat parameters. */
export interface Ending {
  intent: string;
  entities: Readonly<Record<string, string>>;
  parameters: Readonly<Record<string, string>>;
}

/** What Architect receives after a turn, before either version's spelling; `M` is a message. */
export interface Answer<M> extends Omit<Ending, 'intent'> {
  state: 'MoreData' | 'Complete';
  /** Undefined while the session goes on: chosen when the answer is sent; see `completeAnswer`. */
  intent?: string | undefined;
  messages: readonly M[];
  /** Template of its first card, for reports. */
  template?: TemplateRef | undefined;
}

/** An answer as it is sent. */
export interface ToldAnswer<M> extends Answer<M> {
  intent: string;
}

/** An answer after which the session goes on. */
export function goOn<M>(messages: readonly M[]): Answer<M> {
  return { state: 'MoreData', messages, entities: {}, parameters: {} };
}

/** The answer when the connector itself failed: a person takes over. */
export function answerFailure<M>({ handOff }: BotVersion, language: string, sorry: M): Answer<M> {
  return {
    state: 'Complete',
    messages: [sorry],
    intent: handOff.intent,
    entities: {},
    parameters: { reason: 'error', language },
  };
}

/** Answers one after the other as one: messages and parameters add up, the last one decides how it ends. */
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
 * Gives an answer the intent that it is sent with: another `turnIntent` each time the session goes on, as v1 ends a session
 * after more than three equal ones. Counted when it is sent, so that answers that were never sent leave no gap.
 */
export function completeAnswer<M>(
  answer: Answer<M>,
  { turnIntents, endIntent }: BotVersion,
  record?: { turns: number },
): ToldAnswer<M> {
  if (answer.intent !== undefined) return { ...answer, intent: answer.intent };
  const turns = record?.turns ?? 0;
  if (record !== undefined) record.turns += 1;
  return { ...answer, intent: turnIntents[turns % turnIntents.length] ?? endIntent };
}
