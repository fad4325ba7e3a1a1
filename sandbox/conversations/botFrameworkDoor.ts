import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ApiError } from '../http/apiError.ts';
import type { Call } from '../http/call.ts';
import { parseOrRefuse } from '../http/jsonPath.ts';
import { bodyLimit, complain, type Platform } from '../platform/platform.ts';
import { handOver } from './agent.ts';
import type { Conversation } from './conversations.ts';
import { localePattern } from './locale.ts';
import type { Content } from './message.ts';
import type { FilledForm, Utterance } from './turn.ts';

/** How long a Bot Framework channel waits for a turn. */
const turnTimeoutMs = 15_000;

/** route=guest: the customer's words go to the bot as a Bot Framework activity; false when it did not take it. */
export async function sendActivity(
  platform: Platform,
  conversation: Conversation,
  { text, payload, more = [], form, files = [] }: Utterance,
): Promise<boolean> {
  const activity = {
    type: 'message',
    id: randomUUID(),
    timestamp: new Date(platform.now()).toISOString(),
    channelId: 'genesys',
    serviceUrl: platform.url,
    conversation: { id: conversation.id },
    from: { id: conversation.customerId, name: 'Customer', role: 'user' },
    recipient: { id: 'bot', name: 'Bot', role: 'bot' },
    text: payload === undefined ? text : [payload, ...more.map((choice) => choice.payload)].join(', '),
    ...(files.length === 0
      ? {}
      : {
          attachments: files.map(({ url, filename, mime }) => ({
            contentType: mime,
            contentUrl: url,
            name: filename,
          })),
        }),
    ...(conversation.locale === undefined ? {} : { locale: conversation.locale }),
    textFormat: 'plain',
    ...(payload === undefined ? {} : { value: { payload, text } }),
    ...(form === undefined ? {} : { value: fieldsOf(form) }),
    channelData: { genesys: { conversationId: conversation.id, route: 'guest' } },
  };
  try {
    const response = await platform.fetch(`${platform.botUrl}/api/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(platform.gatewaySecret === undefined
          ? {}
          : { authorization: `Bearer ${platform.gatewaySecret}` }),
      },
      body: JSON.stringify(activity),
      redirect: 'manual',
      signal: AbortSignal.any([platform.closing, AbortSignal.timeout(turnTimeoutMs)]),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** The fields of a form by their ids; what was chosen several times is joined. */
function fieldsOf({ response }: FilledForm): Record<string, string> {
  const byId = Map.groupBy(response, ({ id }) => id);
  return Object.fromEntries(
    [...byId].map(([id, fields]) => [
      id,
      fields.map(({ component }) => component.buttonResponse.payload).join(', '),
    ]),
  );
}

const activitySchema = z.looseObject({
  type: z.string(),
  name: z.string().nullish(),
  text: z.string().nullish(),
  locale: z.string().nullish(),
  suggestedActions: z
    .looseObject({
      actions: z.array(z.looseObject({ title: z.string().nullish(), value: z.unknown() })).default([]),
    })
    .nullish(),
  attachments: z.array(z.looseObject({ contentType: z.string() })).nullish(),
});

/** `POST /v3/conversations/{id}/activities[/{replyToId}]`: what the bot says by the Bot Framework's connector API. */
export async function takeActivity(platform: Platform, call: Call): Promise<void> {
  const conversation = platform.conversations.find(call.param(0));
  if (!conversation) throw new ApiError(404, 'not.found', 'The conversation is not known');
  const activity = parseOrRefuse(activitySchema, await call.json(bodyLimit));
  const id = randomUUID();
  if (activity.locale && localePattern.test(activity.locale)) conversation.spoken = activity.locale;
  if (activity.type === 'message') showMessage(platform, conversation, activity, id);
  if (activity.type === 'event' && activity.name === 'handoff.initiate') {
    const text = 'The bot handed the conversation over to a person.';
    platform.conversations.add(conversation, { direction: 'Outbound', text, system: true }, id);
    handOver(conversation);
  }
  call.answer(200, { id });
}

function showMessage(
  platform: Platform,
  conversation: Conversation,
  activity: z.infer<typeof activitySchema>,
  id: string,
): void {
  activity.attachments?.forEach((attachment, at) => {
    complain(platform, conversation, {
      where: 'bot activity',
      path: `attachments[${at}]`,
      message: `${attachment.contentType} cannot be shown on the guest route`,
    });
  });
  const text = activity.text ?? '';
  const content: Content[] = (activity.suggestedActions?.actions ?? []).map(({ title, value }) => ({
    contentType: 'QuickReply',
    quickReply: { text: title ?? String(value), payload: String(value ?? title), action: 'Message' },
  }));
  if (text === '' && content.length === 0) return;
  const shown = { direction: 'Outbound' as const, text, ...(content.length > 0 ? { content } : {}) };
  platform.conversations.add(conversation, shown, id);
}
