import type { CloudAdapter, TurnContext } from 'botbuilder';
import type { Request, Response } from 'restify';
import { LocalTurnGate, type TurnGate } from '../../../cards/delivery/store/turnGate.ts';
import type { JsonHandler } from '../../http/httpServer.ts';
import type { ChannelAdapter } from './channelAdapter.ts';
import { checkInboundActivity } from './inboundActivity.ts';

/** What a caller over its limit is to wait: a limit gives a message back within a second. */
const retryAfterSeconds = 1;

/**
 * Answers `POST /api/messages`: checks the activity, lets the adapter authenticate it and run the turn, and runs the turn of
 * an activity that arrives twice only once, and the turns of a conversation one after the other.
 *
 * @param isOpen true when the bot runs without an app id
 * @param gate default: one of this process alone
 */
export function createMessagesRoute(
  adapter: CloudAdapter & Partial<Pick<ChannelAdapter, 'checkCaller'>>,
  logic: (context: TurnContext) => Promise<void>,
  isOpen: boolean,
  gate: TurnGate = new LocalTurnGate(),
): JsonHandler {
  const inTurn = (context: TurnContext): Promise<void> => {
    const { channelId, conversation, id } = context.activity;
    const inOrder = () => gate.inOrder(JSON.stringify([channelId, conversation.id]), () => logic(context));
    // Here the caller is authenticated: before that, anybody could mark somebody else's activity as seen.
    if (id === undefined || id === '') return inOrder();
    return gate.once(JSON.stringify([channelId, conversation.id, id]), inOrder);
  };
  const answer = async (body: unknown, request: Request, response: Response) => {
    const activity = checkInboundActivity(body, isOpen);
    // The SDK's adapter writes status and body of an answer, and no header.
    response.once('header', () => {
      if (response.statusCode === 429) response.setHeader('retry-after', retryAfterSeconds);
    });
    await adapter.process({ body: activity, headers: request.headers, method: 'POST' }, response, inTurn);
  };
  if (isOpen) return answer;
  const checkCaller = ({ headers }: Request) => adapter.checkCaller?.(headers.authorization);
  return Object.assign(answer, { checkCaller });
}
