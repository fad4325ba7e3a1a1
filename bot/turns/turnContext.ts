import type { Activity } from './activity.ts';

/** Id of what was sent. */
export interface Sent {
  id: string;
}

/** Sees what is sent in a turn, and may send something else. */
export type SendHandler = (
  context: TurnContext,
  activities: Activity[],
  next: () => Promise<Sent[]>,
) => Promise<Sent[]>;

/** The context of a turn, as far as both SDKs have it. */
export interface TurnContext {
  readonly activity: Activity & { channelId: string; conversation: { id: string } };
  readonly turnState: { get<T>(key: unknown): T | undefined; set(key: unknown, value: unknown): unknown };
  onSendActivities(handler: SendHandler): unknown;
  sendActivities(activities: Activity[]): Promise<Sent[] | undefined>;
}

/** The reference by which a bot can continue the conversation of an activity later. */
export function referenceOf(activity: TurnContext['activity']): object {
  const { type, id, from, recipient, conversation, channelId, locale, serviceUrl } = activity;
  // On these channels the id of a conversation update is not one to reply to.
  const isNoReply = type === 'conversationUpdate' && (channelId === 'directline' || channelId === 'webchat');
  return {
    activityId: isNoReply ? undefined : id,
    user: { ...from },
    bot: { ...recipient },
    conversation: { ...conversation },
    channelId,
    locale,
    serviceUrl,
  };
}
