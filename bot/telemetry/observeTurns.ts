import type { TurnContext } from 'botbuilder';
import { codeOf } from '../../cards/errors.ts';
import { cardPlaceOf } from '../turns/cardPlace.ts';
import { sessionOf } from '../turns/genesysSession.ts';
import { channelOf } from './channelName.ts';
import { MessageLogger } from './messageLogger.ts';
import { readOperationId, runInOperation, type Turn } from './operation.ts';
import type { Telemetry } from './telemetry.ts';

/** A bot's turn handler. */
export type TurnLogic = (context: TurnContext) => Promise<void>;

/**
 * Makes each turn of a bot an operation and reports it: what was received, clicked, said and handed over, and whether it
 * failed.
 *
 * It wraps the bot's own logic, inside every middleware, so that an activity that arrives twice is told once, and a card
 * that `CardMiddleware` delivers itself is no message.
 */
export function observeTurns(logic: TurnLogic, telemetry: Telemetry): TurnLogic {
  if (!telemetry.isOn) return (context) => runInOperation({ id: readOperationId() }, () => logic(context));
  const logger = new MessageLogger(telemetry);
  return (context) => {
    const turn = turnOf(context, telemetry);
    const began = performance.now();
    const end = (code?: string) => {
      const { messages } = turn;
      if (context.activity.type === 'message') {
        const dialogs = turn.steps.join('>').slice(0, maxDialogs);
        const durationMs = performance.now() - began;
        telemetry.track('turn.received', turn.id, { ...turn, dialogs, code }, { durationMs, messages });
      } else if (messages > 0) {
        telemetry.track('message.sent', turn.id, turn, { messages });
      }
    };
    return runInOperation(turn, async () => {
      try {
        if (isClick(context)) telemetry.track('card.clicked', turn.id, turn, {});
        await logger.onTurn(context, () => logic(context));
        end();
      } catch (error) {
        end(codeOf(error) ?? 'other');
        throw error;
      }
    });
  };
}

/** Longest list of dialogs and steps, in characters; a turn has about a hundred. */
const maxDialogs = 500;

function turnOf(context: TurnContext, telemetry: Telemetry): Turn {
  const { route, conversationId } = placeOf(context);
  return {
    id: readOperationId(),
    conversationId: telemetry.conversation(conversationId),
    channel: channelOf(context),
    route,
    steps: [],
    messages: 0,
  };
}

/** Behind Architect a conversation has a session for each call of the bot: it is one conversation all the same. */
function placeOf(context: TurnContext): { route: string; conversationId: string } {
  const place = cardPlaceOf(context);
  if (place !== undefined) return place;
  const { route = 'channel', conversationId = context.activity.conversation.id } = sessionOf(context) ?? {};
  return { route, conversationId };
}

/** Behind Architect a click says that it is one; on other channels only a card sends a message with a value. */
function isClick(context: TurnContext): boolean {
  const { activity } = context;
  if (sessionOf(context) !== undefined) return activity.channelData?.genesys?.click !== undefined;
  return activity.type === 'message' && activity.value !== undefined && activity.value !== null;
}
