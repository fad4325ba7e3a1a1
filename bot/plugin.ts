/**
 * What an existing Bot Framework bot adds to answer in Genesys Cloud with cards; see docs/plugin.md.
 */
import { anyPublicHost, type UrlPolicy } from '../cards/richText/urlPolicy.ts';
import { loadTemplates, ownTemplatesDir } from '../cards/templates/loadTemplates.ts';
import { TemplateRegistry } from '../cards/templates/registry.ts';

// Cards from templates.
export { type CardRequest, cardAttachment } from '../cards/cardRequest.ts';
export { createHttpClient } from '../cards/delivery/http.ts';
export { CardStore, openDatabase } from '../cards/delivery/sqlite/cardStore.ts';
export { EmbeddedOutbox } from '../cards/delivery/sqlite/embeddedOutbox.ts';
export { TokenProvider } from '../cards/delivery/token.ts';
export { CodedError, codeOf, type ErrorCode } from '../cards/errors.ts';
export { CardMiddleware, type CardMiddlewareOptions } from './cardMiddleware.ts';
export {
  type Adapters,
  continueOnAnyChannel,
  isGenesysReference,
} from './channels/botConnector/anyChannel.ts';
// Architect's doors: routes, adapter, and what a dialog can tell the flow.
export { readBots } from './channels/botConnector/botList.ts';
export {
  type BotConnector,
  type BotConnectorOptions,
  createBotConnector,
} from './channels/botConnector/createBotConnector.ts';
export { type ConnectorEvents, logEvents } from './channels/botConnector/events.ts';
export { GenesysAdapter } from './channels/botConnector/genesysAdapter.ts';
// Calls of our own to Genesys: late answers of v2, and messages that the bot begins.
export { BotConnectorRoute, textInstead } from './channels/botConnector/outgoingMessage.ts';
export { type GenesysSession, sessionOf } from './channels/botConnector/sessionOf.ts';
// Tests of a bot.
export { convertActivity, createTestClient, type TestClient, type TestClientOptions } from './testClient.ts';

/** Where card templates are, and where their links may lead. */
export interface CardRegistryOptions {
  /** Folders with templates besides those that come with the package. */
  templateDirs?: readonly string[];
  /** Allowed hosts of links and pictures; default: any public https host. */
  policy?: UrlPolicy;
}

/**
 * Loads the card templates.
 *
 * @throws CodedError `template.*` for the first one that is wrong
 */
export function createCardRegistry({
  templateDirs = [],
  policy = anyPublicHost,
}: CardRegistryOptions = {}): TemplateRegistry {
  return new TemplateRegistry(loadTemplates([ownTemplatesDir, ...templateDirs], policy));
}
