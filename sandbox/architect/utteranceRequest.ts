import { contentOf, type Utterance, wordsOf } from '../conversations/turn.ts';
import type { BotSession } from './flow.ts';

function createInputMessage(utterance: Utterance): object {
  const content = contentOf(utterance);
  const text = wordsOf(utterance);
  return content.length === 0 ? { type: 'Text', text } : { type: 'Structured', text, content };
}

/** The bot's language that the customer's browser asks for; its first one when it has none of it. */
function languageFor({ bot, conversation }: BotSession): string | undefined {
  const base = (code: string) => code.toLowerCase().split('-', 1)[0];
  const { locale } = conversation;
  return (
    bot.languages.find((code) => locale !== undefined && base(code) === base(locale)) ?? bot.languages[0]
  );
}

/** The flow's session variables go out with the first turn of a bot session only. */
function createCommonPart(session: BotSession, utterance: Utterance): object {
  const parameters = session.isFirstTurn ? { parameters: session.conversation.parameters } : {};
  session.isFirstTurn = false;
  return {
    botVersion: session.bot.version,
    botSessionId: session.id,
    inputMessage: createInputMessage(utterance),
    languageCode: languageFor(session),
    genesysConversationId: session.conversation.id,
    ...parameters,
  };
}

/** The body of Call Bot Connector: `botId` carries the bot's name, the id is in `chatBot`; the time-out is minutes. */
export const createV1Request = (session: BotSession, utterance: Utterance): object => ({
  botId: session.bot.name,
  ...createCommonPart(session, utterance),
  botSessionTimeout: 4320,
  chatBot: { id: session.bot.id, name: session.bot.name },
});

/** The body of Call Digital Bot Connector; `messageId` is its key for repeats; the time-out is minutes. */
export const createV2Request = (session: BotSession, utterance: Utterance, messageId: string): object => ({
  botId: session.bot.id,
  messageId,
  ...createCommonPart(session, utterance),
  botSessionTimeout: 60,
});
