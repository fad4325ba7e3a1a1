import type { TurnContext } from './turnContext.ts';

/** The context of a turn as far as it has the session. */
interface HasState {
  turnState: Pick<TurnContext['turnState'], 'get'>;
}

/** How a session ends: with an intent for the flow, and what the flow receives besides. */
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
  /** Gives the flow parameters with the answer of this turn; what is no text becomes one. */
  tell(parameters: Readonly<Record<string, unknown>>): void;
  /** Ends the session with an intent that the flow goes on with. */
  end(ending: SessionEnding): void;
  /** Asks for a person, for a reason such as `customerRequest`, with more parameters for the flow. */
  handOff(reason: string, context?: Readonly<Record<string, unknown>>): void;
}

/** Key of the session in a turn's state: `context.turnState.get('genesysSession')`. */
export const sessionKey = 'genesysSession';

/** The Genesys session of a turn; undefined on every other channel. */
export function sessionOf(context: HasState): GenesysSession | undefined {
  return context.turnState.get<GenesysSession>(sessionKey);
}

/** Sends the flow how a dialog ended; does nothing on other channels. Made for `CardBot`'s `onOutcome`. */
export function tellOutcome(context: HasState, ending: SessionEnding): void {
  sessionOf(context)?.end(ending);
}
