import type { ConversationReference } from '@microsoft/agents-activity';
import type { CloudAdapter, TurnContext } from '@microsoft/agents-hosting';
import { isGenesysReference } from '../turn/toActivity.ts';
import type { AgentsAdapter } from './agentsAdapter.ts';

/** The adapters of an agent that is on Genesys and on other channels. */
export interface AgentAdapters {
  /** `genesys.adapter` of the connector. */
  genesys: Pick<AgentsAdapter, 'continueConversation'>;
  /** The agent's own adapter, for all other channels. */
  others: Pick<CloudAdapter, 'continueConversation'>;
  /** The agent's app id; empty for an agent without one. */
  appId: string;
}

/**
 * Runs a turn that the agent begins, by the adapter that the reference belongs to.
 *
 * @throws CodedError `genesys.conversationEnded` for a Genesys conversation that is over; what the adapter or the agent throws
 */
export function continueOnAnyChannel(
  { genesys, others, appId }: AgentAdapters,
  reference: ConversationReference,
  logic: (context: TurnContext) => Promise<void>,
): Promise<void> {
  const adapter = isGenesysReference(reference) ? genesys : others;
  return adapter.continueConversation(appId, reference, logic);
}
