import { z } from 'zod';
import { createSchemaError } from '../../../../cards/checks/schemaError.ts';
import { CodedError } from '../../../../cards/errors.ts';
import { type Bot, type BotVersion, findBot, findVersion } from './botList.ts';

/** The calling action of Architect: Call Bot Connector (v1), or Call Digital Bot Connector (v2). */
export type ConnectorRoute = 'v1' | 'v2';

/** A file that the customer sent. */
export interface CustomerFile {
  url: string;
  /** MIME type, when Genesys names one. */
  mime: string | undefined;
  /** `image`, `video` …, when Genesys names it. */
  kind: string | undefined;
  name: string | undefined;
}

/** A message of the customer, from either action. */
export interface Utterance {
  route: ConnectorRoute;
  bot: Bot;
  version: BotVersion;
  /** The names that Genesys sent: a call to Genesys repeats them. */
  botId: string;
  botVersion: string;
  sessionId: string;
  conversationId: string;
  /** v2 only: a repeat of the message has the same id. */
  messageId: string | undefined;
  /** BCP 47, for the bot. */
  language: string;
  /** The language as Genesys sent it. */
  languageCode: string;
  text: string;
  /** A click on a button or quick reply: its payload, and its label. */
  click: { payload: string; label: string } | undefined;
  /** The fields of a form by their ids, or the payloads of several choices of a list. */
  value?: Readonly<Record<string, string | string[]>> | readonly string[];
  files: CustomerFile[];
  /** Session variables of the flow. */
  parameters: Record<string, string>;
  /** The request as it arrived. */
  original: unknown;
}

/** A text of a customer; web messaging accepts 4,096 bytes. */
const words = z.string().max(10_000).nullish();
const shortText = z.string().max(1_000).nullish();
/** An id without control characters and halves of surrogate pairs, which cannot be a part of a key. */
const id = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u);

const buttonResponse = z.looseObject({ text: words, payload: words }).nullish();
const attachment = z
  .looseObject({
    url: z.string().max(4_096).nullish(),
    mediaType: shortText,
    mime: shortText,
    filename: shortText,
  })
  .nullish();
const formResponse = z.looseObject({
  id: shortText,
  component: z.looseObject({ buttonResponse }).nullish(),
});
const form = z.looseObject({ response: z.array(formResponse).max(200).nullish() }).nullish();
const content = z.looseObject({ contentType: shortText, buttonResponse, attachment, form });

/** The body of either action's call. It checks only the fields that are used: Genesys may add fields at any time. */
export const utteranceSchema = z.looseObject({
  botId: id.nullish(),
  botVersion: id.nullish(),
  chatBot: z.looseObject({ id: id.nullish(), name: id.nullish() }).nullish(),
  botSessionId: id.nullish(),
  messageId: id.nullish(),
  genesysConversationId: id.nullish(),
  conversationId: id.nullish(),
  languageCode: z.string().max(35).nullish(),
  inputMessage: z.looseObject({
    type: shortText,
    text: words,
    content: z.array(content).max(50).nullish(),
    buttonResponse,
  }),
  parameters: z.record(z.string().max(200), z.unknown()).nullish(),
});

/**
 * Reads the body of either action's call. Reports of the call differ in several fields, so a field that is not needed may be missing,
 * null or larger than expected.
 *
 * @throws CodedError `activity.invalid` with the JSON path
 */
export function readUtterance(route: ConnectorRoute, body: unknown, bots: readonly Bot[]): Utterance {
  const parsed = utteranceSchema.safeParse(body);
  if (!parsed.success) throw createSchemaError('activity.invalid', 'The request', parsed.error);
  const { genesysConversationId, conversationId, parameters } = parsed.data;
  // A caller without sessions has one session for each conversation.
  const sessionId = parsed.data.botSessionId ?? genesysConversationId ?? conversationId;
  if (sessionId === undefined || sessionId === null) {
    throw new CodedError('activity.invalid', 'The request names neither a session nor a conversation.', {
      path: '$.botSessionId',
    });
  }
  const { botId, botVersion, chatBot, messageId, languageCode, inputMessage } = parsed.data;
  const bot = findBot(
    bots,
    [chatBot?.id, botId, chatBot?.name].map((one) => one ?? undefined),
  );
  if (bot === undefined) {
    throw new CodedError('activity.invalid', 'The request names a bot that is not in the list of bots.', {
      path: '$.botId',
      hint: 'Compare the bot of the flow with the file of bots (BOTS_FILE).',
    });
  }
  const version = findVersion(bot, botVersion ?? undefined);
  const contents = inputMessage.content ?? [];
  const clicks = [inputMessage.buttonResponse, ...contents.map((one) => one.buttonResponse)].filter(isThere);
  const fields = contents.flatMap((one) => one.form?.response ?? []);
  const text = inputMessage.text || labelsOf(fields.map((one) => one.component?.buttonResponse));
  const value = filledIn(fields, clicks);
  return {
    route,
    bot,
    version,
    botId: botId ?? bot.id,
    botVersion: botVersion ?? version.version,
    sessionId,
    conversationId: genesysConversationId ?? conversationId ?? sessionId,
    messageId: messageId ?? undefined,
    language: languageOf(languageCode ?? undefined, version),
    languageCode: languageCode ?? version.languages[0] ?? 'en',
    text,
    click: clickOf(clicks, text),
    ...(value === undefined ? {} : { value }),
    files: contents
      .map((one) => one.attachment)
      .filter(isThere)
      .flatMap(fileOf),
    parameters: flattenParameters(parameters ?? {}),
    original: body,
  };
}

function isThere<T>(value: T): value is NonNullable<T> {
  return value !== null && value !== undefined;
}

/** Returns the labels of the answers to a form. */
function labelsOf(answers: readonly z.infer<typeof buttonResponse>[]): string {
  return answers
    .map((one) => one?.text ?? one?.payload ?? '')
    .filter((one) => one !== '')
    .join(', ');
}

/** Returns the answers to a form by field, or the payloads of a list picker. A field with several answers is a list. */
function filledIn(
  fields: readonly z.infer<typeof formResponse>[],
  clicks: readonly NonNullable<z.infer<typeof buttonResponse>>[],
): Utterance['value'] {
  const answers = new Map<string, string[]>();
  for (const { id, component } of fields) {
    const answer = component?.buttonResponse?.payload ?? component?.buttonResponse?.text;
    if (isThere(id) && isThere(answer)) answers.set(id, [...(answers.get(id) ?? []), answer]);
  }
  if (answers.size > 0)
    return Object.fromEntries([...answers].map(([id, all]) => [id, all.length === 1 ? (all[0] ?? '') : all]));
  const payloads = payloadsOf(clicks);
  return payloads.length > 1 ? payloads : undefined;
}

/** Returns the payloads of clicks, or the label of a button without a payload. */
function payloadsOf(clicks: readonly NonNullable<z.infer<typeof buttonResponse>>[]): string[] {
  return clicks.map(({ payload, text }) => payload || text || '').filter((one) => one !== '');
}

/** Joins the clicks of a request: a list picker sends several choices at once. */
function clickOf(clicks: readonly NonNullable<z.infer<typeof buttonResponse>>[], text: string) {
  const payloads = payloadsOf(clicks);
  if (payloads.length === 0) return undefined;
  const labels = clicks.map((one) => one.text ?? '').filter((one) => one !== '');
  return { payload: payloads.join(', '), label: labels.join(', ') || text };
}

function fileOf({ url, mediaType, mime, filename }: NonNullable<z.infer<typeof attachment>>): CustomerFile[] {
  if (!isThere(url) || !URL.canParse(url) || new URL(url).protocol !== 'https:') return [];
  const isNamed = isThere(mime) && /^[\w.+-]+\/[\w.+*-]+/.test(mime);
  return [
    {
      url,
      mime: isNamed ? mime : undefined,
      kind: mediaType?.toLowerCase(),
      name: filename ?? undefined,
    },
  ];
}

/** Returns a language that Intl accepts: every date in a card would fail with another one. */
function languageOf(code: string | undefined, { languages }: BotVersion): string {
  try {
    const [known] = Intl.getCanonicalLocales(code?.replaceAll('_', '-'));
    if (known !== undefined) return known;
  } catch {
    // The bot's first language follows.
  }
  return Intl.getCanonicalLocales(languages[0])[0] ?? 'en';
}

/** Converts values into the texts that a flow's parameters are: null becomes an empty text, a date its ISO form, an object its JSON. */
export function flattenParameters(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, flattenText(value)]));
}

function flattenText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return String(value);
  const json = value === null ? '' : (JSON.stringify(value) ?? '');
  // The JSON of a date or an address is a text in quotes.
  return json.startsWith('"') ? JSON.parse(json) : json;
}
