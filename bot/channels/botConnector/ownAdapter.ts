import { CodedError } from '../../../cards/errors.ts';
import { isObject } from '../../../cards/json.ts';
import { isGenesysReference } from './turn/toActivity.ts';

/** The methods by which the SDKs' adapters run a turn that the bot begins; one of the first two arguments is the reference. */
const methods = ['continueConversationAsync', 'continueConversation'] as const;

/**
 * Makes the bot's own adapter run the turns in sessions of Genesys on our adapter. The code that continues conversations knows only
 * the bot's own adapter: the handler of a skill's answers, a loop over references, an `AgentApplication`.
 *
 * @throws CodedError `config.invalid` when it is not an adapter
 */
export function redirectConversations(own: unknown, ours: object): void {
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
    const redirect = (...turn: unknown[]): unknown => {
      const isOurs = turn.slice(0, 2).some((one) => isObject(one) && isGenesysReference(one));
      return isOurs ? Reflect.apply(Reflect.get(ours, method), ours, turn) : Reflect.apply(others, own, turn);
    };
    Object.assign(own, { [method]: redirect });
  }
}
