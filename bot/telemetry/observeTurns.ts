import {
  type Activity,
  type BotPageViewTelemetryClient,
  type BotTelemetryClient,
  type TelemetryEvent,
  TelemetryLoggerMiddleware,
  type TurnContext,
} from 'botbuilder';
import { codeOf } from '../../cards/errors.ts';
import { isHandOff } from '../turns/activity.ts';
import { cardPlaceOf, channelOf, sessionOf } from '../turns/turnState.ts';
import { readCurrentTurn, readOperationId, runInOperation, type Turn } from './operation.ts';
import type { Telemetry } from './telemetry.ts';

/** A bot's turn handler. */
export type TurnLogic = (context: TurnContext) => Promise<void>;

/**
 * Makes each turn of a bot an operation and reports it: its messages, clicks and hand-offs, and whether it failed.
 *
 * It wraps the bot's own logic, inside every middleware: an activity that arrives twice is reported once, and a card that
 * `CardMiddleware` delivers does not count as a message.
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

/** Behind Architect each call of the bot is a session of its own; the session names the conversation in Genesys. */
function placeOf(context: TurnContext): { route: string; conversationId: string } {
  const place = cardPlaceOf(context);
  if (place !== undefined) return place;
  const { route = 'channel', conversationId = context.activity.conversation.id } = sessionOf(context) ?? {};
  return { route, conversationId };
}

/** Behind Architect a click is marked; on other channels only a card sends a message with a value. */
function isClick(context: TurnContext): boolean {
  const { activity } = context;
  if (sessionOf(context) !== undefined) return activity.channelData?.genesys?.click !== undefined;
  return activity.type === 'message' && activity.value !== undefined && activity.value !== null;
}

type Translate = (telemetry: Telemetry, turn: Turn, event: TelemetryEvent) => void;

/** How each event of the Bot Framework and of our dialogs is reported; an event that is not here is not sent. */
const translations: Readonly<Record<string, Translate>> = {
  BotMessageSend: (_, turn, { properties }) => {
    // Traces, typing and events are sent like messages, but no customer reads them.
    if (properties?.type === 'message') turn.messages += 1;
  },
  BotMessageUpdate: (telemetry, turn) => telemetry.track('message.updated', turn.id, turn, {}),
  BotMessageDelete: (telemetry, turn) => telemetry.track('message.deleted', turn.id, turn, {}),
  IntentRecognized: (telemetry, turn, { properties, metrics }) =>
    telemetry.track(
      'intent.recognized',
      turn.id,
      { ...turn, intent: String(properties?.intent) },
      { score: metrics?.score },
    ),
  WaterfallStep: (_, turn, { properties }) => {
    turn.steps.push(`${properties?.DialogId}.${properties?.StepName}`);
  },
  WaterfallComplete: (_, turn, { properties }) => {
    turn.steps.push(`${properties?.DialogId}.completed`);
  },
  WaterfallCancel: (_, turn, { properties }) => {
    turn.steps.push(`${properties?.DialogId}.cancelled`);
  },
};

/**
 * Sends the Bot Framework's own telemetry, that of `TelemetryLoggerMiddleware` and of dialogs, under our names and by our
 * allow-list. It gathers the steps of the dialogs and the number of messages in the turn, which sends them at its end: an event for
 * each step and message would be half of all telemetry.
 *
 * It does not send the Bot Framework's traces, exceptions and dependencies, which contain free text.
 *
 * @param onEvent called with every event first; default: none
 */
export function createBotTelemetryClient(
  telemetry: Telemetry,
  onEvent?: (event: TelemetryEvent) => void,
): BotTelemetryClient & BotPageViewTelemetryClient {
  return {
    trackEvent: (event) => {
      onEvent?.(event);
      const turn = readCurrentTurn();
      if (turn !== undefined) translations[event.name]?.(telemetry, turn, event);
    },
    // The Bot Framework calls it when a dialog begins.
    trackPageView: ({ name }) => {
      readCurrentTurn()?.steps.push(name);
    },
    trackDependency: () => {},
    trackException: () => {},
    trackTrace: () => {},
    flush: () => {},
  };
}

/**
 * The Bot Framework's own logger of messages, without the names, texts and ids of people that it would gather. It also reports
 * when the bot asks for a person.
 */
class MessageLogger extends TelemetryLoggerMiddleware {
  readonly #telemetry: Telemetry;

  constructor(telemetry: Telemetry) {
    super(createBotTelemetryClient(telemetry), false);
    this.#telemetry = telemetry;
  }

  /** `observeTurns` reports the received message at the end of the turn, with its outcome. */
  protected override async onReceiveActivity(): Promise<void> {}

  protected override async onSendActivity(activity: Activity): Promise<void> {
    const turn = readCurrentTurn();
    if (turn !== undefined && isHandOff(activity))
      this.#telemetry.track('handoff.requested', turn.id, turn, {});
    await super.onSendActivity(activity);
  }

  protected override fillSendEventProperties = gatherType;
  protected override fillUpdateEventProperties = gatherType;
  protected override fillDeleteEventProperties = gatherType;
}

async function gatherType({ type }: Activity): Promise<Record<string, string>> {
  return { type };
}
