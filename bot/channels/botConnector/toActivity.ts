import { type Activity, ActivityTypes, type ConversationReference } from 'botbuilder';
import type { Utterance } from './utterance.ts';

/** The channel of the Bot Framework under which a bot sees Genesys. */
export const channelId = 'genesys';

/** No address: what the bot says travels in our answer, or by a call of our own. */
const serviceUrl = 'urn:genesys:bot-connector';

/**
 * Makes the Bot Framework activity of an utterance: the session is its conversation, the customer of the Genesys
 * conversation is its sender.
 *
 * A click has the payload as `text` and `{ payload, text: label }` as `value`; a payload that is a JSON object comes from
 * a submit action's data and is the `value` itself, without a text, as on other channels. Nothing said in a new session
 * (a flow that lets the bot greet) is a `conversationUpdate` with the customer added.
 *
 * @param id of the message, for the bot's own dedupe
 */
export function toActivity(
  utterance: Utterance,
  { id, now, isNew }: { id: string; now: Date; isNew: boolean },
): Partial<Activity> {
  const { text, click, files, language, original } = utterance;
  const { conversation, user, bot } = referenceOf(utterance);
  const common = {
    id,
    timestamp: now,
    channelId,
    serviceUrl,
    conversation,
    from: user,
    recipient: bot,
    locale: language,
    channelData: {
      genesys: { route: utterance.route, conversationId: utterance.conversationId },
      request: original,
    },
  };
  if (text === '' && click === undefined && files.length === 0 && isNew) {
    return { ...common, type: ActivityTypes.ConversationUpdate, membersAdded: [user] };
  }
  return {
    ...common,
    type: ActivityTypes.Message,
    textFormat: 'plain',
    attachments: files.map(({ url, contentType, name }) => ({
      contentType,
      contentUrl: url,
      ...(name === undefined ? {} : { name }),
    })),
    ...(click === undefined ? { text } : clicked(click)),
  };
}

function clicked({ payload, label }: NonNullable<Utterance['click']>): { text?: string; value: unknown } {
  const data = payload.startsWith('{') ? parsed(payload) : undefined;
  return data === undefined ? { text: payload, value: { payload, text: label } } : { value: data };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The reference by which a bot can continue the conversation later. */
export function referenceOf({ sessionId, conversationId, bot, language }: Utterance) {
  return {
    channelId,
    serviceUrl,
    conversation: { id: sessionId, name: '', isGroup: false, conversationType: 'personal' },
    user: { id: conversationId, name: 'Customer', role: 'user' },
    bot: { id: bot.id, name: bot.name, role: 'bot' },
    locale: language,
  } satisfies Partial<ConversationReference>;
}
