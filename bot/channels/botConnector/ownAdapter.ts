import { CodedError } from '../../../cards/errors.ts';
import { isObject } from '../../../cards/json.ts';
import { isGenesysReference } from './turn/toActivity.ts';

/** How the adapters of the SDKs run a turn that the bot begins; one of their first two arguments is the reference. */
const methods = ['continueConversationAsync', 'continueConversation'] as const;

/**
 * Lets the bot's own adapter run turns in sessions of Genesys by ours. What continues conversations knows no other: the handler
 * of a skill's answers, a loop over references, an `AgentApplication`.
 *
 * @throws CodedError `config.invalid` when it is not an adapter
 */
export function takeConversations(own: unknown, ours: object): void {
  if (own === undefined) return;
  const found = isObject(own) ? methods.filter((method) => typeof own[method] === 'function') : [];
  if (!isObject(own) || found.length === 0) {
    throw new CodedError('config.invalid', 'The option `adapter` is not an adapter of the SDK.', {
      path: '$.adapter',
      hint: "It is the bot's own adapter, such as `new CloudAdapter(authentication)`.",
    });
  }
  for (const method of found) {
    const others = own[method];
    if (typeof others !== 'function') continue;
    const taken = (...turn: unknown[]): unknown => {
      const isOurs = turn.slice(0, 2).some((one) => isObject(one) && isGenesysReference(one));
      return isOurs ? Reflect.apply(Reflect.get(ours, method), ours, turn) : Reflect.apply(others, own, turn);
    };
    Object.assign(own, { [method]: taken });
  }
}
