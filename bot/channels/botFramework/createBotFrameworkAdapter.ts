import { ActivityTypes, type ConversationState, type TurnContext } from 'botbuilder';
import { codeOf } from '../../../cards/errors.ts';
import { textsFor } from '../../../dialogs/texts/texts.ts';
import type { Config } from '../../config/config.ts';
import { MessageLimit } from '../../http/callers.ts';
import { readErrorFields } from '../../log/errorFields.ts';
import { type Log, throttle } from '../../log/log.ts';
import { nameChannel } from '../../turns/turnState.ts';
import { BotAuthentication } from './botAuthentication.ts';
import { ChannelAdapter } from './channelAdapter.ts';
import { acceptTokensOf, GuestGateway } from './guestGateway.ts';

/** Creates the adapter of `/api/messages`: Emulator, Agents Playground, Direct Line, Teams and others. */
export function createBotFrameworkAdapter(
  app: Config['app'],
  log: Log,
  conversationState: ConversationState,
  { appIds, secrets }: Config['guestGateway'] = { appIds: [], secrets: [] },
  onRefused?: () => void,
): ChannelAdapter {
  // Without an app id the bot is open, and the SDK accepts no other setting.
  const authentication = new BotAuthentication(
    app.id === undefined
      ? {}
      : {
          MicrosoftAppType: app.type,
          MicrosoftAppId: app.id,
          MicrosoftAppPassword: app.password ?? '',
          MicrosoftAppTenantId: app.tenantId ?? '',
        },
    undefined,
    appIds.length === 0 ? undefined : acceptTokensOf(appIds, app.tenantId ?? ''),
  );
  const onIgnored = throttle((count) =>
    log.warn(
      { event: 'guest.ignored', count },
      'Callers other than the gateway named a Genesys conversation; the bot ignored it',
    ),
  );
  const gateway = new GuestGateway({ appIds, secrets, onIgnored });
  const limit = new MessageLimit();
  const adapter = new ChannelAdapter(authentication, log, { appId: app.id, onRefused, gateway, limit });
  adapter.onTurnError = (context, error) => handleTurnError(context, error, log, conversationState);
  return adapter;
}

/** Apologizes and deletes the conversation's state. Never throws: its own messages may fail as the turn did. */
async function handleTurnError(
  context: TurnContext,
  error: Error,
  log: Log,
  conversationState: ConversationState,
): Promise<void> {
  const channel = nameChannel(context.activity.channelId);
  log.error({ event: 'turn.failed', error, ...readErrorFields(error), channel }, 'A turn failed');
  try {
    await conversationState.delete(context);
  } catch (cause) {
    log.error(
      { event: 'state.deleteFailed', ...readErrorFields(cause) },
      'Conversation state of a failed turn could not be deleted',
    );
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
  } catch (cause) {
    log.error(
      { event: 'turn.apologyFailed', ...readErrorFields(cause) },
      'Error message could not be sent to the channel',
    );
  }
}
