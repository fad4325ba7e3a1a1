import type { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Conversation, Conversations } from '../conversations/conversations.ts';
import { tell } from '../conversations/conversations.ts';
import type { CardLedger } from '../guestApi/cardLedger.ts';
import { keepLast } from '../keepLast.ts';
import type { Faults } from './faults.ts';
import type { Complaint, Stats } from './stats.ts';
import type { Tokens } from './tokens.ts';

/** A line for the console of the sandbox: an event's name and its plain fields. */
export type Log = (event: string, fields: Record<string, string | number>) => void;

/** PEM texts: the certificate that the bot is shown, its key, and the authority that the bot's own is checked by. */
export interface BotTls {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
}

/** What all routes of the sandbox share. */
export interface Platform {
  readonly now: () => number;
  readonly fetch: typeof fetch;
  readonly log: Log;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly stats: Stats;
  readonly ledger: CardLedger;
  readonly conversations: Conversations;
  /** Messages that a customer's session may send in a second. */
  readonly messagesPerSecond: number;
  /** The header that Architect's stand-in shows the bot. */
  readonly connector: {
    readonly header: string;
    readonly secret: string | undefined;
    /** Of the bot: v1's one path, and what v2's paths begin with. */
    readonly paths: { readonly v1: string; readonly v2: string };
  };
  /** The connections to a bot that has https. */
  readonly botAgent: Agent;
  /** How long Architect waits for the bot, in milliseconds, while no fault says otherwise. */
  readonly architectTimeoutMs: { readonly v1: number; readonly v2: number };
  /** What the stand-in for a gateway shows the bot on `route=guest`. */
  readonly gatewaySecret: string | undefined;
  /** What the data action *Send card* shows the bot. */
  readonly cardsApiSecret: string | undefined;
  /** Aborted when the sandbox closes. */
  readonly closing: AbortSignal;
  /** Base address of the bot; undefined until there is one. */
  botUrl: string | undefined;
  /** Own base address. */
  url: string;
}

/** Bytes that any JSON route accepts. */
export const bodyLimit = 256 * 1024;

/** Waits without keeping the process alive. */
export const pause = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false });

const mostComplaintsEach = 50;

/** Counts a complaint and shows it in the conversation that it belongs to, if there is one. */
export function complain(
  platform: Platform,
  conversation: Conversation | undefined,
  complaint: Complaint,
): void {
  platform.stats.complain(complaint);
  platform.log('complaint', {
    ...complaint,
    ...(conversation === undefined ? {} : { conversationId: conversation.id }),
  });
  if (!conversation) return;
  keepLast(conversation.complaints, complaint, mostComplaintsEach);
  tell(conversation, { kind: 'complaint', complaint });
}
