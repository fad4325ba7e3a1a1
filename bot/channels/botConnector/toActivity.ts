import { type Activity, ActivityTypes, type Attachment, type ConversationAccount } from 'botbuilder';
import mimeTypes from 'mime';
import type { CustomerFile, Utterance } from './utterance.ts';

/**
 * The channel that a bot is told by default. The SDK knows what Web Chat can show, such as the buttons of a prompt; of a
 * channel that it does not know it expects nothing but text.
 */
export const defaultChannelId = 'webchat';

/** No address: what the bot says travels in our answer, or by a call of our own. It also marks references as ours. */
export const serviceUrl = 'urn:genesys:bot-connector';

/**
 * Makes the Bot Framework activity of an utterance, as Web Chat would send it: the session is its conversation, the
 * customer of the Genesys conversation is its sender. What is Genesys' own stands in `channelData`.
 *
 * A click has the payload as `text`; a payload that is a JSON object comes from a submit action's data and is the
 * `value`, without a text. Nothing said in a new session (a flow that lets the bot greet) is a `conversationUpdate` with
 * the customer added.
 *
 * @param id of the message, for the bot's own dedupe
 * @param channelId the channel that the bot is told
 */
export function toActivity(
  utterance: Utterance,
  { id, now, isNew, channelId }: { id: string; now: Date; isNew: boolean; channelId: string },
): Partial<Activity> {
  const { text, click, files, language, original } = utterance;
  const { conversation, user, bot, serviceUrl } = referenceOf(utterance, channelId);
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
      genesys: {
        route: utterance.route,
        conversationId: utterance.conversationId,
        ...(click === undefined ? {} : { click }),
      },
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
    ...(files.length === 0 ? {} : { attachments: files.map(attachmentOf) }),
    ...(click === undefined ? { text } : clicked(click.payload)),
  };
}

function clicked(payload: string): { text: string } | { value: unknown } {
  const data = payload.startsWith('{') ? parsed(payload) : undefined;
  return data === undefined ? { text: payload } : { value: data };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function attachmentOf(file: CustomerFile): Attachment {
  const { url, name } = file;
  return { contentType: contentTypeOf(file), contentUrl: url, ...(name === undefined ? {} : { name }) };
}

/** Genesys' own kinds of a file, for one whose name says nothing. */
const kinds = new Set(['image', 'video', 'audio']);

/** What Genesys says, or what the file's name or address ends with, or the kind at least. */
function contentTypeOf({ url, name = '', mime, kind }: CustomerFile): string {
  const known = mime ?? mimeTypes.getType(name) ?? mimeTypes.getType(new URL(url).pathname);
  return known ?? (kind !== undefined && kinds.has(kind) ? `${kind}/*` : 'application/octet-stream');
}

/** The reference by which a bot can continue the conversation later. */
function referenceOf({ sessionId, conversationId, bot, language }: Utterance, channelId: string) {
  // The protocol leaves the name of a conversation out that has none; only the SDK's type asks for it.
  const conversation = { id: sessionId, isGroup: false, conversationType: 'personal' } as ConversationAccount;
  return {
    channelId,
    serviceUrl,
    conversation,
    user: { id: conversationId, name: 'Customer', role: 'user' },
    bot: { id: bot.id, name: bot.name, role: 'bot' },
    locale: language,
  };
}
