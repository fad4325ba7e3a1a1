import { z } from 'zod';
import { idPattern } from '../../cards/card.ts';
import { guestRouteName } from '../../cards/delivery/guestRoute.ts';
import type { Activity } from './activity.ts';
import type { TurnContext } from './turnContext.ts';

const guestChannelData = z.looseObject({
  genesys: z.looseObject({ conversationId: z.string().regex(idPattern), route: z.string().optional() }),
});

/**
 * The Genesys conversation that an activity names for the guest route, in `channelData.genesys.conversationId` (and,
 * optionally, `route: "guest"`). Anybody who can write to a channel can write that: only `GuestGateway` may believe it.
 */
export function readNamedConversation(activity: Activity): string | undefined {
  const parsed = guestChannelData.safeParse(activity.channelData);
  if (!parsed.success) return undefined;
  const { conversationId, route = guestRouteName } = parsed.data.genesys;
  return route === guestRouteName ? conversationId : undefined;
}

/** Where the cards of a turn go by the outbox. */
export interface CardPlace {
  /** Name of the route. */
  readonly route: string;
  /** Id of the conversation in Genesys, which says nothing of a customer. */
  readonly conversationId: string;
}

/** Key of the place in a turn's state. */
const placeKey = Symbol('Where the cards of this turn go');

/** Makes the cards of a turn go to a Genesys conversation by the guest route. */
export function setGuestConversation(context: Pick<TurnContext, 'turnState'>, conversationId: string): void {
  const place: CardPlace = { route: guestRouteName, conversationId };
  context.turnState.set(placeKey, place);
}

/** Where the cards of a turn go by the outbox; undefined when they are shown in the turn's own channel. */
export function cardPlaceOf(context: Pick<TurnContext, 'turnState'>): CardPlace | undefined {
  return context.turnState.get<CardPlace>(placeKey);
}

const clickValue = z.looseObject({ payload: z.string().min(1).max(1_000) });

/**
 * Makes a click look the same on every channel: the payload is the message's text. An Adaptive Card's Action.Submit comes
 * as a message without text whose `value` is what our format put there.
 */
export function normalizeClick(activity: Activity): void {
  if (activity.type !== 'message' || (activity.text ?? '') !== '') return;
  const parsed = clickValue.safeParse(activity.value);
  if (parsed.success) activity.text = parsed.data.payload;
}
