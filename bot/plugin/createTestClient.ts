import type { TurnContext } from 'botbuilder';
import {
  type BotConnectorOptions,
  createBotConnector,
} from '../channels/botConnector/botbuilder/createBotConnector.ts';
import type { TurnLogic } from '../channels/botConnector/botbuilder/genesysAdapter.ts';
import { Customer, type FixedInTests, type TestClient, type TestCustomer } from './testClient.ts';

/** Options of a test client; all but `bot` may be left out. */
export interface TestClientOptions
  extends Partial<Omit<BotConnectorOptions, 'logic' | FixedInTests>>,
    TestCustomer {
  /** An `ActivityHandler`, or a turn handler. */
  bot: { run(context: TurnContext): Promise<void> } | TurnLogic;
}

/** Makes a customer in Genesys who talks to a bot, for the bot's own tests. */
export function createTestClient({ bot, ...options }: TestClientOptions): TestClient {
  const logic: TurnLogic = typeof bot === 'function' ? bot : (context) => bot.run(context);
  return new Customer((needed) => createBotConnector({ ...needed, ...options, logic }), options);
}
