import type { CloudAdapter, ConversationReference, TurnContext } from 'botbuilder';

/** What sends a text that no turn waits for. */
export interface LaterSender {
  adapter: Pick<CloudAdapter, 'continueConversationAsync'>;
  /** The bot's app id; empty when the bot is open. */
  appId: string;
}

/** Sends a plain text into a conversation outside its turns. @throws what the channel or the adapter refuses it with */
export async function sendLater(
  { adapter, appId }: LaterSender,
  reference: Partial<ConversationReference>,
  text: string,
): Promise<void> {
  const failures: unknown[] = [];
  await adapter.continueConversationAsync(appId, reference, async (context: TurnContext) => {
    // Caught here: the adapter takes what is thrown for a failed turn, ends its dialogs and says sorry for it.
    await context
      .sendActivity({ type: 'message', text, textFormat: 'plain' })
      .catch((error) => failures.push(error));
  });
  if (failures.length > 0) throw failures[0];
}
