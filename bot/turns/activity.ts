import { randomUUID } from 'node:crypto';

/** A participant of a conversation. */
export interface Account {
  id: string;
  name: string;
  role?: string;
}

/** A file or a card of an activity. */
export interface Attachment {
  contentType: string;
  contentUrl?: string;
  content?: unknown;
  name?: string;
}

/** An activity in the shape that both SDKs share. */
export interface Activity {
  type?: string;
  id?: string;
  timestamp?: Date;
  channelId?: string;
  serviceUrl?: string;
  conversation?: { id: string; isGroup?: boolean; conversationType?: string };
  from?: Account;
  recipient?: Account;
  membersAdded?: Account[];
  locale?: string;
  name?: string;
  text?: string;
  textFormat?: string;
  summary?: string;
  value?: unknown;
  code?: string;
  attachments?: Attachment[];
  attachmentLayout?: string;
  suggestedActions?: unknown;
  entities?: unknown[];
  channelData?: unknown;
}

/** Identifies a conversation of a bot, so that the bot can continue it later. */
export interface Reference {
  activityId?: string;
  bot?: Account;
  user?: Account;
  conversation?: { id: string };
  channelId?: string;
  serviceUrl?: string;
  locale?: string;
}

/** The id of a sent activity. */
export interface Sent {
  id: string;
}

/** Receives the activities that a turn sends, and may send others instead. */
export type SendHandler = (
  context: TurnContext,
  activities: Activity[],
  next: () => Promise<Sent[]>,
) => Promise<Sent[]>;

/** The context of a turn, as far as both SDKs share it. */
export interface TurnContext {
  readonly activity: Activity & { channelId: string; conversation: { id: string } };
  readonly turnState: { get<T>(key: unknown): T | undefined; set(key: unknown, value: unknown): unknown };
  onSendActivities(handler: SendHandler): unknown;
  sendActivities(activities: Activity[]): Promise<Sent[] | undefined>;
}

/** The part of a turn's context that holds its state. */
export type HasState = Pick<TurnContext, 'turnState'>;

/** Returns the reference by which a bot can continue the conversation of an activity later. */
export function referenceOf(activity: TurnContext['activity']): object {
  const { type, id, from, recipient, conversation, channelId, locale, serviceUrl } = activity;
  // On these channels a bot cannot reply to a conversation update by its id.
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

/** Says whether an activity asks for a person: the Bot Framework's hand-off, in its old or its new form. */
export function isHandOff({ type, name }: Pick<Activity, 'type' | 'name'>): boolean {
  return type === 'handoff' || (type === 'event' && name === 'handoff.initiate');
}

/** Creates the activity of a turn that the bot begins itself, as the adapters of the SDKs create it. */
export function createBegunActivity(reference: Reference, sessionId: string): Activity {
  const { activityId: id = randomUUID(), channelId, serviceUrl, conversation, user, bot, locale } = reference;
  return {
    type: 'event',
    name: 'continueConversation',
    id,
    ...(channelId === undefined ? {} : { channelId }),
    ...(serviceUrl === undefined ? {} : { serviceUrl }),
    ...(conversation === undefined ? {} : { conversation: { ...conversation, id: sessionId } }),
    ...(user === undefined ? {} : { from: user }),
    ...(bot === undefined ? {} : { recipient: bot }),
    ...(locale === undefined ? {} : { locale }),
  };
}

/**
 * Runs work in a turn, and throws its error to the caller instead of to the turn: an adapter would handle it as the error of a
 * failed turn and apologize to the customer.
 *
 * @param runTurn runs a turn with the function that it receives, which never rejects
 * @returns the result of `runTurn`
 */
export async function throwPast<Given, Result>(
  runTurn: (guarded: (given: Given) => Promise<void>) => Promise<Result>,
  work: (given: Given) => Promise<unknown>,
): Promise<Result> {
  const failures: unknown[] = [];
  const result = await runTurn(async (given) => {
    try {
      await work(given);
    } catch (error) {
      failures.push(error);
    }
  });
  if (failures.length > 0) throw failures[0];
  return result;
}
