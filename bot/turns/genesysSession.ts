import type { TurnContext } from './activity.ts';

/** The part of a turn's context that holds the session. */
interface HasState {
  turnState: Pick<TurnContext['turnState'], 'get'>;
}

/** The end of a session: its intent, entities and parameters for the flow. */
export interface SessionEnding {
  readonly intent: string;
  readonly entities?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** The Genesys session of a turn, for dialogs. */
export interface GenesysSession {
  readonly route: 'v1' | 'v2';
  readonly sessionId: string;
  readonly conversationId: string;
  readonly botId: string;
  /** Session variables of the flow, from all turns so far. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Sends the flow parameters with the answer of this turn; a value that is not a text becomes one. */
  tell(parameters: Readonly<Record<string, unknown>>): void;
  /** Ends the session with an intent, from which the flow continues. */
  end(ending: SessionEnding): void;
  /** Hands the customer over to a person, with a reason such as `customerRequest` and more parameters for the flow. */
  handOff(reason: string, context?: Readonly<Record<string, unknown>>): void;
}

/** Key of the session in a turn's state: `context.turnState.get('genesysSession')`. */
export const sessionKey = 'genesysSession';

/** The Genesys session of a turn; undefined on every other channel. */
export function sessionOf(context: HasState): GenesysSession | undefined {
  return context.turnState.get<GenesysSession>(sessionKey);
}

/** Reports to the flow how a dialog ended; does nothing on other channels. Made for `CardBot`'s `onOutcome`. */
export function tellOutcome(context: HasState, ending: SessionEnding): void {
  sessionOf(context)?.end(ending);
}
