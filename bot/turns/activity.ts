import { randomUUID } from 'node:crypto';

/** Who takes part in a conversation. */
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

/** An activity as both SDKs have it: what the connector gives to a bot, and what it reads of what a bot sends. */
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

/** What names a conversation of a bot. */
export interface Reference {
  activityId?: string;
  bot?: Account;
  user?: Account;
  conversation?: { id: string };
  channelId?: string;
  serviceUrl?: string;
  locale?: string;
}

/** What a bot gets in a turn that it begins itself, as from the adapters of the SDKs. */
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
