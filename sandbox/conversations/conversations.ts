import { randomUUID } from 'node:crypto';
import { keepLast } from '../keepLast.ts';
import type { Complaint } from '../platform/stats.ts';
import type { Message, Said } from './message.ts';

/** How the customer's words reach the bot: Bot Framework activities, or one of Architect's two bot actions. */
export const routes = ['guest', 'v1', 'v2'] as const;
export type Route = (typeof routes)[number];

/** An event for the watchers of a conversation. */
export type ConversationEvent =
  | { kind: 'message'; message: Message }
  | { kind: 'typing'; on: boolean; id: string; time: number }
  | { kind: 'complaint'; complaint: Complaint }
  | { kind: 'ended'; id: string; time: number };
export type Watcher = (event: ConversationEvent) => void;

/** Where a flow went when the bot's part was over. */
export interface FlowExit {
  outcome: 'intent' | 'failure';
  /** The intent, or the kind of failure. */
  name: string;
  parameters: Readonly<Record<string, string>>;
  /** The slot values or entities, as JSON text. */
  slots: string;
}

export interface Conversation {
  readonly id: string;
  route: Route;
  state: 'active' | 'ended';
  readonly createdAt: number;
  /** Of the last message or event, in milliseconds: no two have the same time, because clients order by it. */
  lastTime: number;
  readonly customerId: string;
  /** What the customer's browser asks for; BCP 47. */
  readonly locale: string | undefined;
  /** The language that the bot spoke last, where it says so; BCP 47. */
  spoken: string | undefined;
  /** Session variables that Architect hands to the bot on its first turn. */
  parameters: Readonly<Record<string, string>>;
  /** The last 50 times that a flow went on; empty on the guest route. */
  readonly exits: FlowExit[];
  /** The last 50 things that the bot did wrong here. */
  readonly complaints: Complaint[];
  /** The last 200 messages, oldest first. */
  messages: Message[];
  /** The highest `dynamicFields.sequence` shown so far. */
  highestSequence: number;
  /** The stand-in of a person; undefined while the bot has the conversation. */
  agent: { hasSpoken: boolean } | undefined;
  watchers: Set<Watcher> | undefined;
}

/** What a new conversation may say about itself. */
export interface Beginning {
  id?: string;
  route?: Route;
  locale?: string | undefined;
  parameters?: Readonly<Record<string, string>>;
}

const mostMessagesEach = 200;
const defaultParameters = { customerTier: 'gold' };

/**
 * The conversations of the sandbox. Bounded: the oldest conversation goes when there are too many, and the oldest
 * messages go when all conversations together keep too many.
 */
export class Conversations {
  readonly #all = new Map<string, Conversation>();
  readonly #mostConversations: number;
  readonly #mostMessages: number;
  readonly #now: () => number;
  /** Who wrote the last messages, as a ring: overwriting a place drops that conversation's oldest message. */
  readonly #writers: Conversation[] = [];
  #written = 0;

  constructor(options: { now: () => number; mostConversations?: number; mostMessages?: number }) {
    this.#now = options.now;
    this.#mostConversations = options.mostConversations ?? 100_000;
    this.#mostMessages = options.mostMessages ?? 5_000;
  }

  create({
    id = randomUUID(),
    route = 'guest',
    locale,
    parameters = defaultParameters,
  }: Beginning = {}): Conversation {
    const conversation: Conversation = {
      id,
      route,
      state: 'active',
      createdAt: this.#now(),
      lastTime: 0,
      customerId: randomUUID(),
      locale,
      spoken: undefined,
      parameters,
      exits: [],
      complaints: [],
      messages: [],
      highestSequence: Number.NEGATIVE_INFINITY,
      agent: undefined,
      watchers: undefined,
    };
    this.#all.set(id, conversation);
    if (this.#all.size > this.#mostConversations) {
      const oldest = this.#all.keys().next().value;
      if (oldest !== undefined) this.#all.delete(oldest);
    }
    return conversation;
  }

  find(id: string): Conversation | undefined {
    return this.#all.get(id);
  }

  /** One of the messages that are still kept, with its conversation. */
  findMessage(id: string): { message: Message; conversation: Conversation } | undefined {
    for (const conversation of new Set(this.#writers)) {
      const message = conversation.messages.find((one) => one.id === id);
      if (message !== undefined) return { message, conversation };
    }
    return undefined;
  }

  /** Adds a message and notifies the watchers. */
  add(conversation: Conversation, said: Said, id: string = randomUUID()): Message {
    const lang =
      said.direction === 'Outbound' && !said.system
        ? (conversation.spoken ?? conversation.locale)
        : undefined;
    const message: Message = {
      ...said,
      ...(lang !== undefined && { lang }),
      ...(conversation.parameters.authenticated === 'true' && { isAuthenticated: true }),
      id,
      time: this.tick(conversation),
    };
    keepLast(conversation.messages, message, mostMessagesEach);

    const place = this.#written % this.#mostMessages;
    // A conversation over its own 200 has dropped its oldest already, and may lose one more here: it stays bounded.
    if (this.#written >= this.#mostMessages) this.#writers[place]?.messages.shift();
    this.#writers[place] = conversation;
    this.#written += 1;

    tell(conversation, { kind: 'message', message });
    return message;
  }

  end(conversation: Conversation): void {
    if (conversation.state === 'ended') return;
    conversation.state = 'ended';
    tell(conversation, { kind: 'ended', id: randomUUID(), time: this.tick(conversation) });
  }

  /** Notifies that the bot begins or ends to type. */
  type(conversation: Conversation, on: boolean): void {
    tell(conversation, { kind: 'typing', on, id: randomUUID(), time: this.tick(conversation) });
  }

  /** The time of what happens now in a conversation: later than all before it. */
  tick(conversation: Conversation): number {
    conversation.lastTime = Math.max(this.#now(), conversation.lastTime + 1);
    return conversation.lastTime;
  }

  clear(): void {
    for (const conversation of this.#all.values()) this.end(conversation);
    this.#all.clear();
    this.#writers.length = 0;
    this.#written = 0;
  }
}

/** Notifies everybody who watches a conversation. */
export function tell(conversation: Conversation, event: ConversationEvent): void {
  if (conversation.watchers) for (const watcher of [...conversation.watchers]) watcher(event);
}

/** Watches a conversation until the returned function is called. */
export function watch(conversation: Conversation, watcher: Watcher): () => void {
  conversation.watchers ??= new Set();
  conversation.watchers.add(watcher);
  return () => {
    conversation.watchers?.delete(watcher);
  };
}
