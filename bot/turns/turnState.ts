import { z } from 'zod';
import { idPattern } from '../../cards/card.ts';
import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import { guestRouteName } from '../../cards/delivery/guestRoute.ts';
import { isObject } from '../../cards/json.ts';
import type { Activity, Attachment, HasState, TurnContext } from './activity.ts';

// What a turn's state holds: where its cards go, whether its adapter accepts checked cards, and its Genesys session.

/** The route and the conversation that receive the cards of a turn by the outbox. */
export interface CardPlace {
  /** Name of the route. */
  readonly route: string;
  /** Id of the conversation in Genesys, which identifies no customer. */
  readonly conversationId: string;
}

const guestChannelData = z.looseObject({
  genesys: z.looseObject({ conversationId: z.string().regex(idPattern), route: z.string().optional() }),
});

/**
 * Reads the Genesys conversation that an activity names for the guest route, in `channelData.genesys.conversationId` (and,
 * optionally, `route: "guest"`). Anybody who can write to a channel can write that: only `ChannelAdapter` may trust it, for the gateway.
 */
export function readNamedConversation(activity: Activity): string | undefined {
  const parsed = guestChannelData.safeParse(activity.channelData);
  if (!parsed.success) return undefined;
  const { conversationId, route = guestRouteName } = parsed.data.genesys;
  return route === guestRouteName ? conversationId : undefined;
}

/** Key of the `CardPlace` in a turn's state. */
const placeKey = Symbol('place of the cards of this turn');

/** Sends the cards of a turn to a Genesys conversation by the guest route. */
export function setGuestConversation(context: HasState, conversationId: string): void {
  const place: CardPlace = { route: guestRouteName, conversationId };
  context.turnState.set(placeKey, place);
}

/** Returns where the cards of a turn go by the outbox; undefined when the turn's own channel shows them. */
export function cardPlaceOf(context: HasState): CardPlace | undefined {
  return context.turnState.get<CardPlace>(placeKey);
}

/** Key in a turn's state: the adapter of the turn shows checked cards itself. */
const acceptsKey = Symbol('the adapter shows checked cards');

/** Makes `CardMiddleware` hand the checked cards of a turn to its adapter. */
export function acceptCheckedCards(context: HasState): void {
  context.turnState.set(acceptsKey, true);
}

/** Says whether the adapter of a turn shows checked cards itself. */
export function acceptsCheckedCards(context: HasState): boolean {
  return context.turnState.get(acceptsKey) === true;
}

/** The cards that were put into attachments. Only these are read again, so that nobody can forge a checked card from JSON. */
const attached = new WeakSet<object>();

/** Puts a checked card into an attachment, for an adapter in the same process. */
export function attachCheckedCard(card: CheckedCard): Attachment {
  attached.add(card);
  return { contentType: 'application/vnd.genesys.checked-card', content: card };
}

/** Returns the checked card of an attachment that `attachCheckedCard` created; undefined for any other value. */
export function checkedCardOf(attachment: unknown): CheckedCard | undefined {
  return isObject(attachment) && isAttached(attachment.content) ? attachment.content : undefined;
}

function isAttached(content: unknown): content is CheckedCard {
  return isObject(content) && attached.has(content);
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

/** A context whose state is only read. */
interface ReadsState {
  turnState: Pick<TurnContext['turnState'], 'get'>;
}

/** Returns the Genesys session of a turn; undefined on every other channel. */
export function sessionOf(context: ReadsState): GenesysSession | undefined {
  return context.turnState.get<GenesysSession>(sessionKey);
}

/** Reports to the flow how a dialog ended; does nothing on other channels. Made for `CardBot`'s `onOutcome`. */
export function tellOutcome(context: ReadsState, ending: SessionEnding): void {
  sessionOf(context)?.end(ending);
}

/** The channels of the Bot Framework, and two more. */
const knownChannels: ReadonlySet<string> = new Set(
  (
    'alexa console directline directlinespeech email emulator facebook groupme kik line m365extensions msteams omnichannel ' +
    'outlook skype skypeforbusiness slack sms telegram telephony test twilio-sms webchat agents genesys'
  ).split(' '),
);

/** The name of a channel for logs, the audit log and telemetry; `other` for an unknown one, which may be any text. */
export function nameChannel(channelId: string): string {
  return knownChannels.has(channelId) ? channelId : 'other';
}

/** The channel of a turn: `genesys` behind Architect, whatever channel the bot sees. */
export function channelOf(context: Pick<TurnContext, 'activity' | 'turnState'>): string {
  return sessionOf(context) === undefined ? context.activity.channelId : 'genesys';
}
