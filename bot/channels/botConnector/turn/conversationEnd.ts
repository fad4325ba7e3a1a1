import type { Activity } from '../../../turns/activity.ts';
import type { Reply } from './reply.ts';

/** Codes of `endOfConversation` that say that something went wrong: a person takes over. */
const failedCodes = new Set(['botTimedOut', 'botIssuedInvalidMessage', 'channelFailed']);

/** The Bot Framework's hand-off: every key of its value becomes a parameter of the flow. */
export function handOff(reply: Reply, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reply.handOff('customerRequest', value === undefined || value === null ? {} : { context: value });
    return;
  }
  const { reason } = { reason: undefined, ...value };
  reply.handOff(typeof reason === 'string' && reason !== '' ? reason : 'customerRequest', { ...value });
}

/** The end of a conversation: with the intent in its value if there is one; an error asks for a person. */
export function endConversation(reply: Reply, { code, value }: Activity): void {
  if (code !== undefined && failedCodes.has(code)) {
    reply.handOff('error', { endOfConversation: code });
    return;
  }
  const intent =
    typeof value === 'object' && value !== null && 'intent' in value && typeof value.intent === 'string'
      ? value.intent
      : undefined;
  reply.done = intent === undefined ? {} : { intent };
}
