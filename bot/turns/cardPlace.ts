import { z } from 'zod';
import { idPattern } from '../../cards/card.ts';
import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import { guestRouteName } from '../../cards/delivery/guestRoute.ts';
import { isObject } from '../../cards/json.ts';
import type { Activity, Attachment, HasState } from './activity.ts';

// Where the cards of a turn go: to a Genesys conversation by the outbox, or to an adapter that accepts checked cards.

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
 * optionally, `route: "guest"`). Anybody who can write to a channel can write that: only `GuestGateway` may trust it.
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
