import type { CloudAdapter, ConversationReference } from 'botbuilder';
import { isGenesysReference } from '../turn/toActivity.ts';
import type { GenesysAdapter, TurnLogic } from './genesysAdapter.ts';

/** The adapters of a bot that is on Genesys and on other channels. */
export interface Adapters {
  /** `genesys.adapter` of the connector. */
  genesys: Pick<GenesysAdapter, 'continueConversation'>;
  /** The bot's own adapter, for all other channels. */
  others: Pick<CloudAdapter, 'continueConversationAsync'>;
  /** The bot's app id (`MicrosoftAppId`); empty for a bot without one. */
  appId: string;
}

/**
 * Runs a turn that the bot begins, by the adapter that the reference belongs to.
 *
 * @throws CodedError `genesys.conversationEnded` for a Genesys conversation that is over; what the adapter or the bot throws
 */
export async function continueOnAnyChannel(
  { genesys, others, appId }: Adapters,
  reference: Partial<ConversationReference>,
  logic: TurnLogic,
): Promise<void> {
  if (isGenesysReference(reference)) await genesys.continueConversation(reference, logic);
  else await others.continueConversationAsync(appId, reference, logic);
}
