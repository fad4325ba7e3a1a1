import type { BotPageViewTelemetryClient, BotTelemetryClient, TelemetryEvent } from 'botbuilder';
import { readCurrentTurn, type Turn } from './operation.ts';
import type { Telemetry } from './telemetry.ts';

type Translate = (telemetry: Telemetry, turn: Turn, event: TelemetryEvent) => void;

/** What becomes of the events of the Bot Framework and of our dialogs; an event that is not here is not sent. */
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
 * Lets the Bot Framework's own telemetry, that of `TelemetryLoggerMiddleware` and of dialogs, go where ours goes, under our
 * names and by our allow-list. What the dialogs of a turn did and how often the bot spoke is gathered in it and sent with its
 * end: an event for each step and message would be half of all telemetry.
 *
 * Traces, exceptions and dependencies of the Bot Framework are not sent: they are made of free text.
 */
export function createBotTelemetryClient(
  telemetry: Telemetry,
): BotTelemetryClient & BotPageViewTelemetryClient {
  return {
    trackEvent: (event) => {
      const turn = readCurrentTurn();
      if (turn !== undefined) translations[event.name]?.(telemetry, turn, event);
    },
    // Its one use is to tell that a dialog began.
    trackPageView: ({ name }) => {
      readCurrentTurn()?.steps.push(name);
    },
    trackDependency: () => {},
    trackException: () => {},
    trackTrace: () => {},
    flush: () => {},
  };
}
