/**
 * What an existing Bot Framework bot adds to answer in Genesys Cloud with cards; see docs/plugin.md.
 */
export {
  type CardRequest,
  cardAttachment,
  type TemplateFields,
  type TemplateId,
} from '../cards/cardRequest.ts';
export type { CardOrder, OrderResult } from '../cards/delivery/cardOrder.ts';
// Cards without a bot.
export { type CardSender, type CardSenderOptions, createCardSender } from '../cards/delivery/cardSender.ts';
export { createHttpClient } from '../cards/delivery/http.ts';
export { createOrgsCardSender, type OrgsCardSender } from '../cards/delivery/orgsCardSender.ts';
export { CardStore, openDatabase } from '../cards/delivery/store/sqlite/cardStore.ts';
export { EmbeddedOutbox } from '../cards/delivery/store/sqlite/embeddedOutbox.ts';
export { TokenProvider } from '../cards/delivery/token.ts';
export { CodedError, codeOf, type ErrorCode } from '../cards/errors.ts';
export { type Adapters, continueOnAnyChannel } from './channels/botConnector/botbuilder/anyChannel.ts';
export {
  type BotConnector,
  type BotConnectorOptions,
  createBotConnector,
} from './channels/botConnector/botbuilder/createBotConnector.ts';
export { GenesysAdapter } from './channels/botConnector/botbuilder/genesysAdapter.ts';
export { type ConnectorEvents, logEvents } from './channels/botConnector/session/events.ts';
export { isGenesysReference } from './channels/botConnector/turn/toActivity.ts';
export { readBots } from './channels/botConnector/wire/botList.ts';
export { BotConnectorRoute, textInstead } from './channels/botConnector/wire/outgoingMessage.ts';
export { type CardCall, type CardCallResult, type CardTools, cardTools } from './plugin/cardTools.ts';
export { type CardRegistryOptions, createCardRegistry } from './plugin/createCardRegistry.ts';
export { createTestClient, type TestClientOptions } from './plugin/createTestClient.ts';
export { convertActivity, type TestClient } from './plugin/testClient.ts';
export { CardMiddleware, type CardMiddlewareOptions } from './turns/cardMiddleware.ts';
export { type GenesysSession, sessionOf } from './turns/genesysSession.ts';
export { HostedPictures, type HostedPicturesOptions } from './turns/hostedPictures.ts';
export { sendCard } from './turns/sendCard.ts';
