import { createRequire } from 'node:module';
import { makeLazily } from '../../../../cards/lazily.ts';
import type { Click } from '../../../../cards/readers/botFramework/click.ts';
import type { Activity, Attachment } from '../../../turns/activity.ts';
import type { CustomerFile, Utterance } from '../wire/utterance.ts';

/**
 * The channel that a bot sees by default. The SDK knows that Web Chat can show buttons, such as the buttons of a prompt; from an
 * unknown channel it expects text only.
 */
export const defaultChannelId = 'webchat';

/** Marks references as ours. It is not an address: messages of the bot are delivered by our answer, or by a call to Genesys. */
export const serviceUrl = 'urn:genesys:bot-connector';

/** Says whether a conversation reference belongs to a Genesys session, whatever channel the bot sees. */
export function isGenesysReference(reference: { serviceUrl?: unknown }): boolean {
  return reference.serviceUrl === serviceUrl;
}

/**
 * Creates the Bot Framework activity of an utterance, as Web Chat would send it. The session is its conversation, and the Genesys
 * conversation is its sender. `channelData` holds the properties of Genesys.
 *
 * An empty utterance in a new session, from a flow that lets the bot greet, is a `conversationUpdate` with the customer added.
 *
 * @param known.id id of the message, by which the bot can recognize a repeat
 * @param known.channelId the channel that the bot sees
 * @param known.clicked the click of the utterance, if it is one
 */
export function toActivity(
  utterance: Utterance,
  known: { id: string; now: Date; isNew: boolean; channelId: string; clicked: Click | undefined },
): Activity {
  const { isNew, clicked } = known;
  const { text, files, value } = utterance;
  const common = createCommonPart(utterance, known);
  if (clicked?.type === 'execute') return { ...common, ...createInvoke(clicked) };
  if (text === '' && clicked === undefined && files.length === 0 && isNew)
    return createJoinedActivity(utterance, known);
  return {
    ...common,
    type: 'message',
    textFormat: 'plain',
    ...(files.length === 0 ? {} : { attachments: files.map(attachmentOf) }),
    ...(clicked === undefined || clicked.type === 'form' ? { text } : writeClick(clicked)),
    ...(value !== undefined && (clicked === undefined || clicked.type === 'imBack') ? { value } : {}),
  };
}

/** Creates the activity by which the customer joins the conversation, so that the bot may greet. */
export function createJoinedActivity(
  utterance: Utterance,
  known: { id: string; now: Date; channelId: string },
): Activity {
  const common = createCommonPart(utterance, known);
  return { ...common, type: 'conversationUpdate', membersAdded: [common.from] };
}

function createCommonPart(
  utterance: Utterance,
  known: { id: string; now: Date; channelId: string; clicked?: Click | undefined },
) {
  const { id, now, channelId, clicked } = known;
  const { bot, click, language, original, route, sessionId, conversationId } = utterance;
  const channelData = {
    genesys: { route, conversationId, ...(click === undefined ? {} : { click }) },
    request: original,
    ...(clicked === undefined ? {} : createWebChatData(clicked)),
  };
  return {
    id,
    timestamp: now,
    channelId,
    serviceUrl,
    conversation: { id: sessionId, isGroup: false, conversationType: 'personal' },
    from: { id: conversationId, name: 'Customer', role: 'user' },
    recipient: { id: bot.id, name: bot.name, role: 'bot' },
    locale: language,
    channelData,
  };
}

/** Returns the text and the value of a click, as Web Chat sends them. */
function writeClick(click: Exclude<Click, { type: 'execute' | 'form' }>): { text?: string; value?: unknown } {
  if (click.type === 'imBack') return { text: click.text };
  if (click.type === 'postBack')
    return typeof click.value === 'string' ? { text: click.value } : { value: click.value };
  const { text, value } = click;
  return { ...(text === undefined ? {} : { text }), ...(value === undefined ? {} : { value }) };
}

/** Returns the channel data of a click, as Web Chat sends it. */
function createWebChatData(click: Click): object {
  if (click.type === 'postBack') return { postBack: true };
  return click.type === 'messageBack' ? { messageBack: { displayText: click.displayText } } : {};
}

/** Creates the invoke of an Action.Execute, as Microsoft's Universal Actions define it. */
function createInvoke({ id, verb, data }: Extract<Click, { type: 'execute' }>): Activity {
  const action = { type: 'Action.Execute', id, verb, data };
  return { type: 'invoke', name: 'adaptiveCard/action', value: { action, trigger: 'manual' } };
}

/** Creates the attachment of a file, as Web Chat sends it: always with a name, under which bots store it. */
function attachmentOf(file: CustomerFile): Attachment {
  const { url, name = '' } = file;
  return { contentType: contentTypeOf(file), contentUrl: url, name: name.trim() || nameOf(url) };
}

/** Returns the last segment of an address's path. */
function nameOf(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  return last === '' ? 'file' : last;
}

/** Loads the types of files, when the first file arrives. */
const loadTypes = makeLazily((): typeof import('mime') => createRequire(import.meta.url)('mime'));

/** Genesys' kinds of files, for a file whose name has no known extension. */
const kinds = new Set(['image', 'video', 'audio']);

/** Returns the type of a file: from Genesys, from the extension of its name or address, or by its kind. */
function contentTypeOf({ url, name = '', mime, kind }: CustomerFile): string {
  const byName = (path: string) => loadTypes().default.getType(path);
  const known = mime ?? byName(name) ?? byName(new URL(url).pathname);
  return known ?? (kind !== undefined && kinds.has(kind) ? `${kind}/*` : 'application/octet-stream');
}
