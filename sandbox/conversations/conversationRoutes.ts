import { z } from 'zod';
import { runDataAction } from '../architect/dataAction.ts';
import { ApiError } from '../http/apiError.ts';
import type { Call } from '../http/call.ts';
import { parseOrRefuse } from '../http/jsonPath.ts';
import type { Router } from '../http/router.ts';
import { bodyLimit, type Platform, pause } from '../platform/platform.ts';
import { type Conversation, routes, watch } from './conversations.ts';
import { localeOf, localePattern } from './locale.ts';
import { viewOf } from './message.ts';
import { type Endpoints, hear, runTurn } from './turn.ts';

const id = z.string().regex(/^[\w.:-]{1,128}$/, 'not an id');
const beginning = z.strictObject({
  id: id.optional(),
  locale: z.string().regex(localePattern, 'not a language code').optional(),
  count: z.int().min(1).max(100_000).optional(),
  parameters: z.record(z.string().max(100), z.string().max(1_000)).optional(),
});
const utterance = z.strictObject({
  text: z.string().min(1).max(4_096),
  payload: z.string().min(1).max(4_096).optional(),
  kind: z.enum(['Button', 'QuickReply', 'DatePicker', 'ListPicker', 'Form']).optional(),
  more: z
    .array(z.strictObject({ text: z.string().min(1).max(4_096), payload: z.string().min(1).max(4_096) }))
    .max(20)
    .default([]),
});
const routeName = z.enum(routes);
/** The inputs of Call Data Action in a flow: texts. */
const dataActionInput = z.record(z.string().max(100), z.string());
const waitMs = z.coerce.number().min(0).max(60_000);
const defaultWaitMs = 5_000;

/** The sandbox's own routes that drive conversations without a browser. */
export function addConversationRoutes(router: Router, platform: Platform, endpoints: Endpoints): void {
  const { conversations } = platform;
  const find = (call: Call): Conversation => {
    const conversation = conversations.find(call.param(0));
    if (!conversation) throw new ApiError(404, 'not.found', 'The conversation is not known');
    return conversation;
  };

  router.on('POST', '/sandbox/conversations', async (call) => {
    const route = parseOrRefuse(routeName, call.query('route') ?? 'guest');
    const { count, ...wanted } = parseOrRefuse(beginning, await call.json(bodyLimit));
    const locale = wanted.locale ?? localeOf(call.req.headers['accept-language']);
    const begin = () => conversations.create({ route, locale, ...omitAbsent(wanted) }).id;
    if (count === undefined) return call.answer(200, { conversationId: begin() });
    call.answer(200, { conversationIds: Array.from({ length: count }, begin) });
  });

  router.on('POST', '/sandbox/conversations/{id}/messages', async (call) => {
    const conversation = find(call);
    const said = parseOrRefuse(utterance, await call.json(bodyLimit));
    if (conversation.state === 'ended')
      throw new ApiError(409, 'conversation.ended', 'The conversation has ended');
    const { id: heard } = hear(platform, conversation, said);
    await runTurn(platform, endpoints, conversation, said);
    await waitForAnswer(call, conversation, heard);
    call.answer(200, { messages: listMessagesAfter(conversation, heard) });
  });

  router.on('GET', '/sandbox/conversations/{id}/messages', async (call) => {
    const conversation = find(call);
    const after = call.query('after');
    if (call.query('waitMs') !== undefined) await waitForAnswer(call, conversation, after);
    call.answer(200, { messages: listMessagesAfter(conversation, after) });
  });

  router.on('GET', '/sandbox/conversations/{id}', (call) => {
    const { id, route, state, exits, complaints } = find(call);
    call.answer(200, { conversationId: id, route, state, exits, complaints });
  });

  router.on('POST', '/sandbox/conversations/{id}/data-action', async (call) => {
    const { id: conversationId } = find(call);
    const input = parseOrRefuse(dataActionInput, await call.json(bodyLimit));
    call.answer(200, await runDataAction(platform, { conversationId, ...input }));
  });

  router.on('POST', '/sandbox/conversations/{id}/end', (call) => {
    conversations.end(find(call));
    call.answer(204);
  });
}

/** Keys that are not given are left out, not undefined. */
function omitAbsent({ id, parameters }: z.infer<typeof beginning>): {
  id?: string;
  parameters?: Record<string, string>;
} {
  return { ...(id === undefined ? {} : { id }), ...(parameters === undefined ? {} : { parameters }) };
}

function listMessagesAfter(conversation: Conversation, id: string | undefined) {
  const at = id === undefined ? -1 : conversation.messages.findLastIndex((message) => message.id === id);
  return conversation.messages.slice(at + 1).map(viewOf);
}

/**
 * Waits until the bot has said something after a message: a card is delivered apart from the turn, so it may come after
 * the turn was answered. Query: `expect` messages (default 1) within `waitMs` (default 5000, at most 60000).
 */
async function waitForAnswer(
  call: Call,
  conversation: Conversation,
  after: string | undefined,
): Promise<void> {
  const expected = parseOrRefuse(z.coerce.number().int().min(0).max(100), call.query('expect') ?? 1);
  const longest = parseOrRefuse(waitMs, call.query('waitMs') ?? defaultWaitMs);
  const isThere = () =>
    listMessagesAfter(conversation, after).filter((message) => message.direction === 'Outbound').length >=
    expected;
  if (isThere()) return;
  let stop = () => {};
  const came = new Promise<void>((resolve) => {
    stop = watch(conversation, () => {
      if (isThere() || conversation.state === 'ended') resolve();
    });
  });
  await Promise.race([came, pause(longest)]);
  stop();
}
