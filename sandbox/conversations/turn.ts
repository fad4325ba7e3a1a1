import type { Platform } from '../platform/platform.ts';
import { answerAsAgent } from './agent.ts';
import { type Conversation, type Route, tell } from './conversations.ts';
import type { Message } from './message.ts';

/** What the customer said: words, or a click whose `payload` goes to the bot. */
export interface Utterance {
  text: string;
  payload?: string | undefined;
  kind?: 'Button' | 'QuickReply' | undefined;
}

/** Brings an utterance to the bot and its answer into the conversation; false when the bot did not answer. */
export type Door = (platform: Platform, conversation: Conversation, utterance: Utterance) => Promise<boolean>;
export type Doors = Readonly<Record<Route, Door>>;

/** Adds the customer's message; the turn is started by `runTurn`. */
export function hear(
  platform: Platform,
  conversation: Conversation,
  { text, payload, kind }: Utterance,
): Message {
  if (payload === undefined) return platform.conversations.add(conversation, { direction: 'Inbound', text });
  const buttonResponse = { type: kind ?? 'Button', text, payload };
  return platform.conversations.add(conversation, {
    direction: 'Inbound',
    text,
    content: [{ contentType: 'ButtonResponse', buttonResponse }],
  });
}

/** One turn of the bot: ends when it was answered, or when it was found that it was not. */
export async function runTurn(
  platform: Platform,
  doors: Doors,
  conversation: Conversation,
  utterance: Utterance,
): Promise<void> {
  // The buttons of the bot's cards stay the bot's: a flow that goes on after a hand-over may call it again.
  if (utterance.payload === undefined && answerAsAgent(platform, conversation)) return;
  tell(conversation, { kind: 'typing', on: true });
  const answered =
    platform.botUrl !== undefined && (await doors[conversation.route](platform, conversation, utterance));
  tell(conversation, { kind: 'typing', on: false });
  if (answered) return;
  platform.stats.botFailures += 1;
  platform.log('bot.noAnswer', { conversationId: conversation.id, route: conversation.route });
  const text = 'The bot did not answer.';
  platform.conversations.add(conversation, { direction: 'Outbound', text, system: true });
}
