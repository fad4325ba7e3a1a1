import { type Activity, TelemetryLoggerMiddleware } from 'botbuilder';
import { createBotTelemetryClient } from './botTelemetryClient.ts';
import { readCurrentTurn } from './operation.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * The Bot Framework's own logger of messages, without the properties that it would gather and nobody may send: names, texts,
 * ids of people. It also tells when the bot asks for a person.
 */
export class MessageLogger extends TelemetryLoggerMiddleware {
  readonly #telemetry: Telemetry;

  constructor(telemetry: Telemetry) {
    super(createBotTelemetryClient(telemetry), false);
    this.#telemetry = telemetry;
  }

  /** `observeTurns` tells what was received when the turn is over, with what came of it. */
  protected override async onReceiveActivity(): Promise<void> {}

  protected override async onSendActivity(activity: Activity): Promise<void> {
    const turn = readCurrentTurn();
    if (turn !== undefined && isHandoff(activity))
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

function isHandoff({ type, name }: Activity): boolean {
  return type === 'handoff' || (type === 'event' && name === 'handoff.initiate');
}
