import { CodedError } from '../../../cards/errors.ts';
import { isObject } from '../../../cards/json.ts';
import { isGenesysReference } from './turn/toActivity.ts';

/** How an adapter of either SDK runs a turn that the bot begins; the second argument is the reference. */
export type ContinueMethod = 'continueConversationAsync' | 'continueConversation';

/**
 * Lets the bot's own adapter run turns in sessions of Genesys by ours. What continues conversations knows no other: the handler
 * of a skill's answers, a loop over references, an `AgentApplication`.
 *
 * @throws CodedError `config.invalid` when it is not an adapter
 */
export function takeConversations(own: unknown, ours: object, method: ContinueMethod): void {
  if (own === undefined) return;
  const continues: unknown = isObject(own) ? own[method] : undefined;
  if (!isObject(own) || typeof continues !== 'function') {
    throw new CodedError('config.invalid', 'The option `adapter` is not an adapter of the SDK.', {
      path: '$.adapter',
      hint: "It is the bot's own adapter, such as `new CloudAdapter(authentication)`.",
    });
  }
  const taken = (...turn: unknown[]): unknown => {
    const [, reference] = turn;
    const isOurs = isObject(reference) && isGenesysReference(reference);
    return isOurs
      ? Reflect.apply(Reflect.get(ours, method), ours, turn)
      : Reflect.apply(continues, own, turn);
  };
  Object.assign(own, { [method]: taken });
}
