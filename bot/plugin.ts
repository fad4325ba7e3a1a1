/**
 * The plugin for an existing Bot Framework bot, which then answers in Genesys Cloud with cards; see docs/plugin.md.
 */
import type { CloudAdapter, ConversationReference, TurnContext } from 'botbuilder';
import {
  type BotConnectorOptions,
  createBotConnector,
  type GenesysAdapter,
  type TurnLogic,
} from './channels/botConnector/botbuilder.ts';
import { isGenesysReference } from './channels/botConnector/turn/toActivity.ts';
import { Customer, type FixedInTests, type TestClient, type TestCustomer } from './plugin/testClient.ts';

export {
  type CardRequest,
  cardAttachment,
  type TemplateFields,
  type TemplateId,
} from '../cards/cardRequest.ts';
export type { CardOrder, OrderResult } from '../cards/delivery/cardOrder.ts';
// Cards without a bot.
export type { CardSender, CardSenderOptions } from '../cards/delivery/cardSender.ts';
export { createHttpClient } from '../cards/delivery/http.ts';
export type { OrgsCardSender } from '../cards/delivery/orgsCardSender.ts';
export { CardStore } from '../cards/delivery/store/sqlite/cardStore.ts';
export { openDatabase } from '../cards/delivery/store/sqlite/database.ts';
export { TokenProvider } from '../cards/delivery/token.ts';
export { CodedError, codeOf, type ErrorCode } from '../cards/errors.ts';
export {
  type BotConnector,
  type BotConnectorOptions,
  createBotConnector,
  GenesysAdapter,
} from './channels/botConnector/botbuilder.ts';
export { type ConnectorEvents, logEvents } from './channels/botConnector/session/events.ts';
export { isGenesysReference } from './channels/botConnector/turn/toActivity.ts';
export { readBots } from './channels/botConnector/wire/botList.ts';
export { BotConnectorRoute, textInstead } from './channels/botConnector/wire/outgoingMessage.ts';
export { type CardRegistryOptions, createCardRegistry, sendCard } from './plugin/cards.ts';
export { type CardCall, type CardCallResult, type CardTools, cardTools } from './plugin/cardTools.ts';
export { createCardSender, createOrgsCardSender, EmbeddedOutbox } from './plugin/printDeliveries.ts';
export { convertActivity, type TestClient } from './plugin/testClient.ts';
export { CardMiddleware, type CardMiddlewareOptions } from './turns/cardMiddleware.ts';
export { HostedPictures, type HostedPicturesOptions } from './turns/hostedPictures.ts';
export { type GenesysSession, sessionOf } from './turns/turnState.ts';

/** Options of a test client; all but `bot` may be left out. */
export interface TestClientOptions
  extends Partial<Omit<BotConnectorOptions, 'logic' | FixedInTests>>,
    TestCustomer {
  /** An `ActivityHandler`, or a turn handler. */
  bot: { run(context: TurnContext): Promise<void> } | TurnLogic;
}

/** Creates a customer in Genesys who talks to a bot, for the bot's own tests. */
export function createTestClient({ bot, ...options }: TestClientOptions): TestClient {
  const logic: TurnLogic = typeof bot === 'function' ? bot : (context) => bot.run(context);
  return new Customer((needed) => createBotConnector({ ...needed, ...options, logic }), options);
}

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
 * Runs a turn that the bot begins, on the adapter that the reference belongs to.
 *
 * @throws CodedError `genesys.conversationEnded` for a Genesys conversation that is over; the error of the adapter or the bot
 */
export async function continueOnAnyChannel(
  { genesys, others, appId }: Adapters,
  reference: Partial<ConversationReference>,
  logic: TurnLogic,
): Promise<void> {
  if (isGenesysReference(reference)) await genesys.continueConversation(reference, logic);
  else await others.continueConversationAsync(appId, reference, logic);
}
