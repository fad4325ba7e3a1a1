import type { CloudAdapter, ConversationReference, TurnContext } from 'botbuilder';
import { throwPast } from './throwPast.ts';

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
  await throwPast(
    (guarded) => adapter.continueConversationAsync(appId, reference, guarded),
    (context: TurnContext) => context.sendActivity({ type: 'message', text, textFormat: 'plain' }),
  );
}
