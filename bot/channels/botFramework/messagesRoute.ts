import type { CloudAdapter, TurnContext } from 'botbuilder';
import type { Request, Response } from 'restify';
import { z } from 'zod';
import { createSchemaError } from '../../../cards/checks/schemaError.ts';
import { LocalTurnGate, type TurnGate } from '../../../cards/delivery/store/turnGate.ts';
import { CodedError } from '../../../cards/errors.ts';
import { isLoopback } from '../../config/rules.ts';
import type { JsonHandler } from '../../http/httpServer.ts';
import type { ChannelAdapter } from './channelAdapter.ts';

/** How long a caller over its limit waits: the limit frees a message within a second. */
const retryAfterSeconds = 1;

/**
 * Makes the handler of `POST /api/messages`: it checks the activity, and the adapter authenticates the caller and runs the turn.
 * An activity that arrives twice has one turn; the turns of a conversation run one after the other.
 *
 * @param isOpen true when the bot runs without an app id
 * @param gate default: a gate of this process alone
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
    // The caller is authenticated here: before that, anybody could mark somebody else's activity as seen.
    if (id === undefined || id === '') return inOrder();
    return gate.once(JSON.stringify([channelId, conversation.id, id]), inOrder);
  };
  const answer = async (body: unknown, request: Request, response: Response) => {
    const activity = checkInboundActivity(body, isOpen);
    // The SDK's adapter writes the status and the body of an answer, but no header.
    response.once('header', () => {
      if (response.statusCode === 429) response.setHeader('retry-after', retryAfterSeconds);
    });
    await adapter.process({ body: activity, headers: request.headers, method: 'POST' }, response, inTurn);
  };
  if (isOpen) return answer;
  const checkCaller = ({ headers }: Request) => adapter.checkCaller?.(headers.authorization);
  return Object.assign(answer, { checkCaller });
}

const account = z.looseObject({ id: z.string().max(1_000), name: z.string().max(1_000).nullish() });

/**
 * The properties of an incoming activity that the bot relies on; the Bot Framework's adapter checks almost nothing. Unknown
 * properties pass, because channels add their own.
 */
const activitySchema = z.looseObject({
  type: z.string().min(1).max(100),
  id: z.string().max(1_000).nullish(),
  channelId: z.string().min(1).max(100),
  serviceUrl: z.string().max(2_048).nullish(),
  conversation: z.looseObject({ id: z.string().min(1).max(1_000) }),
  from: account,
  recipient: account.extend({ id: account.shape.id.nullish() }).nullish(),
  text: z.string().max(100_000).nullish(),
  locale: z.string().max(100).nullish(),
  deliveryMode: z.string().max(100).nullish(),
  name: z.string().max(1_000).nullish(),
  replyToId: z.string().max(1_000).nullish(),
  attachments: z
    .array(z.looseObject({ contentType: z.string().max(1_000) }))
    .max(50)
    .nullish(),
  entities: z
    .array(z.looseObject({ type: z.string().max(1_000) }))
    .max(200)
    .nullish(),
  membersAdded: z.array(account).max(1_000).nullish(),
  membersRemoved: z.array(account).max(1_000).nullish(),
  suggestedActions: z.looseObject({}).nullish(),
});

/** Hosts of Microsoft's channels to which a reply may go when the bot has an app id. */
const channelHosts = [
  /(^|\.)botframework\.com$/,
  /(^|\.)botframework\.azure\.us$/,
  /^smba\.(trafficmanager|infra\.gcc\.teams\.microsoft|infra\.gov\.teams\.microsoft)\.(net|com|us)$/,
];

/**
 * Checks an incoming activity before the adapter sees it, and returns it.
 *
 * @param isOpen true when the bot runs without an app id: then replies may go to this machine only
 * @throws CodedError `activity.invalid` with the JSON path
 */
function checkInboundActivity(body: unknown, isOpen: boolean): Record<string, unknown> {
  const parsed = activitySchema.safeParse(body);
  if (!parsed.success) throw createSchemaError('activity.invalid', 'The activity', parsed.error);
  // Some channels, such as offline-directline, name no recipient; dialogs need one to answer as.
  const { recipient } = parsed.data;
  const activity = { ...parsed.data, recipient: { name: 'Bot', ...recipient, id: recipient?.id || 'bot' } };
  const { serviceUrl, deliveryMode } = activity;
  if (serviceUrl === undefined || serviceUrl === null || serviceUrl === '') {
    if (deliveryMode === 'expectReplies') return activity;
    throw new CodedError('activity.invalid', 'The activity: a serviceUrl is missing.', {
      path: '$.serviceUrl',
    });
  }
  if (!isAllowedServiceUrl(serviceUrl, isOpen)) {
    throw new CodedError('activity.invalid', 'The activity: replies to this serviceUrl are not allowed.', {
      path: '$.serviceUrl',
      hint: isOpen
        ? 'Without MicrosoftAppId only http(s) addresses of this machine are allowed.'
        : 'Only https addresses of the Bot Framework are allowed.',
    });
  }
  return activity;
}

/** The caller names the address of replies: without this list anybody could make the bot post to any host. */
function isAllowedServiceUrl(serviceUrl: string, isOpen: boolean): boolean {
  if (!URL.canParse(serviceUrl)) return false;
  const { protocol, hostname, username, password } = new URL(serviceUrl);
  if (username !== '' || password !== '') return false;
  if (isOpen) return (protocol === 'http:' || protocol === 'https:') && isLoopback(hostname);
  return protocol === 'https:' && channelHosts.some((host) => host.test(hostname));
}
