import { z } from 'zod';

const text = z.string().min(1).max(200);

/** The body of `POST /api/v2/integrations/botconnectors/incoming/messages`, as the platform SDK's IncomingMessageRequest has it. */
export const incomingSchema = z.strictObject({
  botId: text,
  botName: text,
  botVersion: text,
  integrationId: text,
  botSessionId: text,
  automateFlowExecId: text,
  conversationId: z.string().regex(/^[\w.:-]{1,128}$/, 'not an id'),
  languageCode: text,
  inputMessage: z.strictObject({
    type: z.string(),
    text: z.string().max(4_096).optional(),
    content: z
      .array(z.looseObject({ contentType: z.string() }))
      .max(20)
      .optional(),
  }),
  messagingPlatformType: z.enum([
    'Phone',
    'SMS',
    'GenesysWebWidget',
    'FacebookMessenger',
    'WeChat',
    'Whatsapp',
    'AppleBusinessChat',
    'Apple',
    'Telegram',
    'Slack',
    'Signal',
    'Line',
    'Discord',
    'TwitterDirectMessage',
    'Open',
    'Instagram',
    'Other',
    'Unknown',
  ]),
  channels: z.array(z.enum(['Call', 'Callback', 'Messaging', 'Webchat'])),
  /** Minutes. */
  botSessionTimeout: z.int().min(1).default(60),
  parameters: z.record(z.string(), z.string()).optional(),
});

/** What Genesys then posts to the bot; `messageId` is its key for repeats. */
export function bodyOfIncoming(message: z.infer<typeof incomingSchema>, messageId: string): object {
  const { botId, botVersion, botSessionId, inputMessage, languageCode, botSessionTimeout, parameters } =
    message;
  return {
    botId,
    messageId,
    botVersion,
    botSessionId,
    inputMessage,
    languageCode,
    genesysConversationId: message.conversationId,
    botSessionTimeout,
    ...(parameters === undefined ? {} : { parameters }),
  };
}
