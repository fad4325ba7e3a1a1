import {
  ActivityTypes,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type TurnContext,
} from 'botbuilder';
import { BotAuthentication } from '../../bot/channels/botFramework/createBotFrameworkAdapter.ts';
import { createMessagesRoute } from '../../bot/channels/botFramework/messagesRoute.ts';
import { createHttpServer } from '../../bot/http/httpServer.ts';
import { createLog } from '../../bot/log/log.ts';
import { trackComposed } from '../../bot/telemetry/observeCards.ts';
import { observeTurns } from '../../bot/telemetry/observeTurns.ts';
import { createTelemetry } from '../../bot/telemetry/telemetry.ts';
import { CardMiddleware } from '../../bot/turns/cardMiddleware.ts';
import { cardContentType } from '../../cards/cardRequest.ts';
import { beMeasured } from './beMeasured.ts';
import { registryWith, requestMaker } from './requests.ts';

/**
 * An existing bot, with the SDK's own adapter, whose turn is one reply, as a process of its own:
 * `node turnServer.ts VARIANT [CONNECTION STRING]`.
 */
async function main([variant, connectionString]: string[]): Promise<void> {
  const log = createLog('silent');
  const Authentication =
    variant === 'keptClients' ? BotAuthentication : ConfigurationBotFrameworkAuthentication;
  const adapter = new CloudAdapter(new Authentication({}));
  const telemetry = createTelemetry({ connectionString, conversation: (id) => id });
  await telemetry.start();
  const isEcho = variant === 'echo' || variant === 'keptClients';
  if (!isEcho)
    adapter.use(
      new CardMiddleware({ registry: registryWith(), events: { onComposed: trackComposed(telemetry) } }),
    );

  const nextRequest = requestMaker('order');
  const echo = async (context: TurnContext): Promise<void> => {
    await context.sendActivity(`You said: ${context.activity.text}`);
  };
  const card = async (context: TurnContext): Promise<void> => {
    await context.sendActivity({
      type: ActivityTypes.Message,
      attachments: [{ contentType: cardContentType, content: nextRequest() }],
    });
  };
  // As in the finished bot, a turn is an operation with and without telemetry: only the connection string is the difference.
  const turn = isEcho || variant === 'middleware' ? echo : observeTurns(card, telemetry);
  const server = createHttpServer(
    { messages: createMessagesRoute(adapter, turn, true), isReady: () => Promise.resolve(true) },
    log,
  );
  server.listen(0, '127.0.0.1', () => beMeasured(`http://127.0.0.1:${server.address().port}`));
}

await main(process.argv.slice(2));
