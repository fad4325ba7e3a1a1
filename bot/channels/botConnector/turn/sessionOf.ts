import type { TurnContext } from '../../../turns/turnContext.ts';
import type { Ending } from '../wire/answer.ts';
import type { ConnectorRoute } from '../wire/utterance.ts';
import type { Reply } from './reply.ts';

/** The Genesys session of a turn, for dialogs. */
export interface GenesysSession {
  readonly route: ConnectorRoute;
  readonly sessionId: string;
  readonly conversationId: string;
  readonly botId: string;
  /** Session variables of the flow, those of all turns so far. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Gives the flow parameters with the answer of this turn; what is no text becomes one. */
  tell(parameters: Readonly<Record<string, unknown>>): void;
  /** Ends the session with an intent that the flow goes on with. */
  end(ending: {
    intent: string;
    entities?: Record<string, string>;
    parameters?: Record<string, string>;
  }): void;
  /** Asks for a person, for a reason such as `customerRequest`, with more parameters for the flow. */
  handOff(reason: string, context?: Readonly<Record<string, unknown>>): void;
}

/** Key of the session in a turn's state: `context.turnState.get('genesysSession')`. */
export const sessionKey = 'genesysSession';

/** The Genesys session of a turn; undefined on every other channel. */
export function sessionOf(context: {
  turnState: Pick<TurnContext['turnState'], 'get'>;
}): GenesysSession | undefined {
  return context.turnState.get<GenesysSession>(sessionKey);
}

/** Tells the flow how a dialog ended; does nothing on other channels. Made for `CardBot`'s `onOutcome`. */
export function tellOutcome(
  context: { turnState: Pick<TurnContext['turnState'], 'get'> },
  { intent, entities, parameters }: Ending,
): void {
  sessionOf(context)?.end({ intent, entities: { ...entities }, parameters: { ...parameters } });
}

/** Makes a turn's session from what is known of it and the reply that it fills. */
export function sessionFor(
  known: Pick<GenesysSession, 'route' | 'sessionId' | 'conversationId' | 'botId' | 'parameters'>,
  reply: Reply,
): GenesysSession {
  return {
    ...known,
    tell: (parameters) => reply.tell(parameters),
    end: ({ intent, entities = {}, parameters = {} }) => {
      reply.ending = { intent, entities, parameters };
    },
    handOff: (reason, context) => reply.handOff(reason, context),
  };
}
