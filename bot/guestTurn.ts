import type { Activity } from 'botbuilder';
import { z } from 'zod';
import { idPattern } from '../cards/card.ts';

const guestChannelData = z.looseObject({
  genesys: z.looseObject({ conversationId: z.string().regex(idPattern), route: z.string().optional() }),
});

/**
 * The Genesys conversation that a turn belongs to, when its cards go by the guest route: the gateway names it in
 * `channelData.genesys.conversationId` (and, optionally, `route: "guest"`).
 */
export function guestConversationOf(activity: Partial<Activity>): string | undefined {
  const parsed = guestChannelData.safeParse(activity.channelData);
  if (!parsed.success) return undefined;
  const { conversationId, route = 'guest' } = parsed.data.genesys;
  return route === 'guest' ? conversationId : undefined;
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
