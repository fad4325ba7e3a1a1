import type { Platform } from '../platform/platform.ts';
import { answerAsAgent } from './agent.ts';
import type { Conversation, Route } from './conversations.ts';
import type { Content, Message } from './message.ts';

/** What was clicked or answered. */
export type ClickKind = 'Button' | 'QuickReply' | 'DatePicker' | 'ListPicker' | 'Form';

/** One choice of several. */
export interface Choice {
  text: string;
  payload: string;
  /** The message that offered it, if the client names it. */
  originatingMessageId?: string | undefined;
}

/** A form that the customer filled in, as Genesys' guest API has it: one entry for each field or choice. */
export interface FilledForm {
  cannedResponseId: string;
  originatingMessageId?: string | undefined;
  response: readonly {
    id: string;
    component: { contentType: 'ButtonResponse'; buttonResponse: Choice & { type: ClickKind } };
  }[];
}

/** A file that the customer sent, as messages carry it. */
export interface SentFile {
  id: string;
  url: string;
  filename: string;
  mediaType: string;
  mime: string;
  contentSizeBytes: number;
}

/** What the customer said: words, or a click whose `payload` goes to the bot. */
export interface Utterance {
  text: string;
  payload?: string | undefined;
  originatingMessageId?: string | undefined;
  kind?: ClickKind | undefined;
  /** Further choices of a list: the first one is `text` and `payload`. */
  more?: readonly Choice[];
  form?: FilledForm;
  files?: readonly SentFile[];
}

/** Brings an utterance to the bot and its answer into the conversation; false when the bot did not answer. */
export type Door = (platform: Platform, conversation: Conversation, utterance: Utterance) => Promise<boolean>;
export type Endpoints = Readonly<Record<Route, Door>>;

/** Adds the customer's message; the turn is started by `runTurn`. */
export function hear(platform: Platform, conversation: Conversation, utterance: Utterance): Message {
  const content = contentOf(utterance);
  return platform.conversations.add(conversation, {
    direction: 'Inbound',
    text: wordsOf(utterance),
    ...(content.length === 0 ? {} : { content }),
  });
}

/** The words of an utterance: of several choices all of them. */
export const wordsOf = ({ text, more = [] }: Utterance): string =>
  [text, ...more.map((choice) => choice.text)].join(', ');

/** What was clicked and sent, as Genesys' normalized content. */
export function contentOf(utterance: Utterance): Content[] {
  const { text, payload, originatingMessageId, kind = 'Button', more = [], form, files = [] } = utterance;
  const choices = payload === undefined ? [] : [{ text, payload, originatingMessageId }, ...more];
  return [
    ...choices.map((choice) => ({
      contentType: 'ButtonResponse',
      buttonResponse: { type: kind, ...choice },
    })),
    ...(form === undefined ? [] : [{ contentType: 'Form', form }]),
    ...files.map((attachment) => ({ contentType: 'Attachment', attachment })),
  ];
}

/** One turn of the bot: ends when it was answered, or when it was found that it was not. */
export async function runTurn(
  platform: Platform,
  endpoints: Endpoints,
  conversation: Conversation,
  utterance: Utterance,
): Promise<void> {
  // The buttons of the bot's cards stay the bot's: a flow that goes on after a hand-over may call it again.
  if (utterance.payload === undefined && answerAsAgent(platform, conversation)) return;
  platform.conversations.type(conversation, true);
  const answered =
    platform.botUrl !== undefined && (await endpoints[conversation.route](platform, conversation, utterance));
  platform.conversations.type(conversation, false);
  if (answered) return;
  platform.stats.botFailures += 1;
  platform.log('bot.noAnswer', { conversationId: conversation.id, route: conversation.route });
  const text = 'The bot did not answer.';
  platform.conversations.add(conversation, { direction: 'Outbound', text, system: true });
}
