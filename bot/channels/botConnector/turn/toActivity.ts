import { createRequire } from 'node:module';
import { makeLazily } from '../../../../cards/lazily.ts';
import type { Click } from '../../../../cards/readers/botFramework/click.ts';
import type { Activity, Attachment } from '../../../turns/activity.ts';
import type { CustomerFile, Utterance } from '../wire/utterance.ts';

/**
 * The channel that a bot sees by default. The SDK knows what Web Chat can show, such as the buttons of a prompt; of a
 * channel that it does not know it expects nothing but text.
 */
export const defaultChannelId = 'webchat';

/** No address: what the bot says travels in our answer, or by a call of our own. It also marks references as ours. */
export const serviceUrl = 'urn:genesys:bot-connector';

/** Says whether a conversation reference is one of a Genesys session, whatever channel the bot sees. */
export function isGenesysReference(reference: { serviceUrl?: unknown }): boolean {
  return reference.serviceUrl === serviceUrl;
}

/**
 * Makes the Bot Framework activity of an utterance, as Web Chat would send it: the session is its conversation, the
 * customer of the Genesys conversation is its sender. What is Genesys' own stands in `channelData`.
 *
 * Nothing said in a new session (a flow that lets the bot greet) is a `conversationUpdate` with
 * the customer added.
 *
 * @param known.id of the message, for the bot's own dedupe
 * @param known.channelId the channel that the bot sees
 * @param known.clicked what the click means, when it is one
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

/** Says that the customer joins the conversation: the bot may greet. */
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
  const { click, language, original, route, conversationId } = utterance;
  const { conversation, user, bot } = referenceOf(utterance, channelId);
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
    conversation,
    from: user,
    recipient: bot,
    locale: language,
    channelData,
  };
}

/** What a click sends, as Web Chat sends it. */
function writeClick(click: Exclude<Click, { type: 'execute' | 'form' }>): { text?: string; value?: unknown } {
  if (click.type === 'imBack') return { text: click.text };
  if (click.type === 'postBack')
    return typeof click.value === 'string' ? { text: click.value } : { value: click.value };
  const { text, value } = click;
  return { ...(text === undefined ? {} : { text }), ...(value === undefined ? {} : { value }) };
}

/** What Web Chat notes of a click in the channel data. */
function createWebChatData(click: Click): object {
  if (click.type === 'postBack') return { postBack: true };
  return click.type === 'messageBack' ? { messageBack: { displayText: click.displayText } } : {};
}

/** An Action.Execute is an invoke, as Microsoft's Universal Actions have it. */
function createInvoke({ id, verb, data }: Extract<Click, { type: 'execute' }>): Activity {
  const action = { type: 'Action.Execute', id, verb, data };
  return { type: 'invoke', name: 'adaptiveCard/action', value: { action, trigger: 'manual' } };
}

/** A file as Web Chat has it: always with a name, under which bots keep it. */
function attachmentOf(file: CustomerFile): Attachment {
  const { url, name = '' } = file;
  return { contentType: contentTypeOf(file), contentUrl: url, name: name.trim() || nameOf(url) };
}

/** What the path of an address ends with. */
function nameOf(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  return last === '' ? 'file' : last;
}

/** The types of files, loaded when the first file comes. */
const loadTypes = makeLazily((): typeof import('mime') => createRequire(import.meta.url)('mime'));

/** Genesys' own kinds of a file, for one whose name says nothing. */
const kinds = new Set(['image', 'video', 'audio']);

/** What Genesys says, or what the file's name or address ends with, or the kind at least. */
function contentTypeOf({ url, name = '', mime, kind }: CustomerFile): string {
  const byName = (path: string) => loadTypes().default.getType(path);
  const known = mime ?? byName(name) ?? byName(new URL(url).pathname);
  return known ?? (kind !== undefined && kinds.has(kind) ? `${kind}/*` : 'application/octet-stream');
}

/** The reference by which a bot can continue the conversation later. */
function referenceOf({ sessionId, conversationId, bot, language }: Utterance, channelId: string) {
  return {
    channelId,
    serviceUrl,
    conversation: { id: sessionId, isGroup: false, conversationType: 'personal' },
    user: { id: conversationId, name: 'Customer', role: 'user' },
    bot: { id: bot.id, name: bot.name, role: 'bot' },
    locale: language,
  };
}
