import type { BotAdapter } from 'botbuilder';
import { requireLogic } from '../checkOptions.ts';
import { createDoors, type Doors, type DoorsOptions } from '../createDoors.ts';
import { takeConversations } from '../ownAdapter.ts';
import { GenesysAdapter, type TurnLogic } from './genesysAdapter.ts';
import type { SignInOptions } from './signIn.ts';

/** How the endpoints for Genesys Architect are made for a bot of the Bot Framework SDK. */
export interface BotConnectorOptions extends DoorsOptions {
  logic: TurnLogic;
  /**
   * The bot's own adapter, such as its `CloudAdapter`: turns that it continues in sessions of Genesys run here, so that the
   * answers of skills (`CloudSkillHandler`) and proactive messages need no other adapter.
   */
  adapter?: Pick<BotAdapter, 'continueConversation' | 'continueConversationAsync'> | undefined;
  /** The bot's token service, for `OAuthPrompt`; without it such a prompt fails with an error that says so. */
  signIn?: SignInOptions | undefined;
}

/** The endpoints for Genesys Architect, with an adapter of the Bot Framework SDK. */
export interface BotConnector extends Doors {
  /** For middleware, and for messages that the bot begins (`continueConversation`). */
  readonly adapter: GenesysAdapter;
}

/**
 * Makes the endpoints for Genesys Architect: Bot Connector v1 and Digital Bot Connector v2.
 *
 * Without `events`, failures and refusals go to the console.
 *
 * @throws CodedError `config.invalid` when an option is missing or wrong
 */
export function createBotConnector(options: BotConnectorOptions): BotConnector {
  const { logic, signIn, adapter: own } = options;
  requireLogic('logic', logic, "the bot's turn handler, such as `(context) => bot.run(context)`");
  const { doors, begin } = createDoors(options, (turn) => adapter.run(turn, logic));
  const adapter = new GenesysAdapter({ begin, signIn });
  takeConversations(own, adapter);
  return { ...doors, adapter };
}
