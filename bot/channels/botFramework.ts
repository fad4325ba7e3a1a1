import {
  ActivityTypes,
  type CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type ConversationState,
  type Middleware,
  type TurnContext,
} from 'botbuilder';
import { codeOf } from '../../cards/errors.ts';
import { textsFor } from '../../dialogs/texts/texts.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { channelName } from '../telemetry/channelName.ts';
import { ChannelAdapter } from './channelAdapter.ts';

/** How long the bot waits for a channel to take one reply, in milliseconds: a channel gives a whole turn 15 s. */
const replyTimeoutMs = 3_000;

/** Makes the adapter for `/api/messages`: Emulator, Agents Playground, Direct Line, Teams and the rest. */
export function createBotFrameworkAdapter(
  app: Config['app'],
  log: Log,
  conversationState: ConversationState,
): CloudAdapter {
  // Without an app id the bot is open, and the SDK takes no other setting then.
  const authentication = new ConfigurationBotFrameworkAuthentication(
    app.id === undefined
      ? {}
      : {
          MicrosoftAppType: app.type,
          MicrosoftAppId: app.id,
          MicrosoftAppPassword: app.password ?? '',
          MicrosoftAppTenantId: app.tenantId ?? '',
        },
  );
  const adapter = new ChannelAdapter(authentication, log);
  adapter.use(tameReplies(adapter));
  adapter.onTurnError = (context, error) => onTurnError(context, error, log, conversationState);
  return adapter;
}

/**
 * Takes the hidden retries out of the connector's pipeline and bounds each reply: a dead channel would hold a turn for
 * 5.5 s and a hanging one for ever. No option of the SDK does it; its pipeline can only be reached in a turn.
 */
function tameReplies(adapter: CloudAdapter): Middleware {
  return {
    async onTurn(context, next) {
      const pipeline = pipelineOf(context.turnState.get(adapter.ConnectorClientKey));
      pipeline?.removePolicy({ name: 'defaultRetryPolicy' });
      pipeline?.addPolicy({
        name: 'replyTimeout',
        sendRequest: (request, send) => {
          request.timeout = replyTimeoutMs;
          return send(request);
        },
      });
      await next();
    },
  };
}

/** The part of Azure's pipeline that is used here; its types are not among the SDK's dependencies of ours. */
interface Pipeline {
  removePolicy(policy: { name: string }): void;
  addPolicy(policy: {
    name: string;
    sendRequest: <T>(request: { timeout?: number }, send: (request: { timeout?: number }) => T) => T;
  }): void;
}

function pipelineOf(connector: unknown): Pipeline | undefined {
  if (!hasKey(connector, 'client') || !hasKey(connector.client, 'pipeline')) return undefined;
  const { pipeline } = connector.client;
  return isPipeline(pipeline) ? pipeline : undefined;
}

function hasKey<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}

function isPipeline(value: unknown): value is Pipeline {
  return (
    hasKey(value, 'removePolicy') &&
    typeof value.removePolicy === 'function' &&
    hasKey(value, 'addPolicy') &&
    typeof value.addPolicy === 'function'
  );
}

/** Says sorry, forgets the conversation's state, and never throws: its own sends go the way that may just have failed. */
async function onTurnError(
  context: TurnContext,
  error: Error,
  log: Log,
  conversationState: ConversationState,
): Promise<void> {
  log.error(
    {
      event: 'turn.failed',
      code: codeOf(error) ?? error.name,
      channel: channelName(context.activity.channelId),
    },
    'A turn failed',
  );
  try {
    await conversationState.delete(context);
  } catch {
    log.error({ event: 'state.deleteFailed' }, 'The state of a failed turn could not be deleted');
  }
  try {
    const text = textsFor(context.activity.locale).turnFailed;
    await context.sendActivity({ type: ActivityTypes.Message, text, inputHint: 'expectingInput' });
    if (context.activity.channelId === 'emulator') {
      await context.sendTraceActivity(
        'OnTurnError Trace',
        `${codeOf(error) ?? error.name}: ${error.message}`,
        'https://www.botframework.com/schemas/error',
        'TurnError',
      );
    }
  } catch {
    log.error({ event: 'turn.apologyFailed' }, 'The channel did not take the apology');
  }
}
