import { AsyncLocalStorage } from 'node:async_hooks';
import type { TurnGate } from '../../../../cards/delivery/store/turnGate.ts';
import { isObject } from '../../../../cards/json.ts';
import type { Answer, CompleteAnswer } from '../wire/answer.ts';
import type { ConnectorRoute } from '../wire/utterance.ts';

/** Stores the sessions: the storage of a bot's own state, in the shape that both SDKs share. */
export interface SessionStorage {
  read(keys: string[]): Promise<Record<string, unknown>>;
  write(changes: Record<string, object>): Promise<unknown>;
}

/** Identifies a session, with the values that a call to Genesys repeats. */
export interface SessionAddress {
  route: ConnectorRoute;
  botId: string;
  botVersion: string;
  sessionId: string;
  conversationId: string;
  languageCode: string;
  /** BCP 47. */
  language: string;
}

/** An answer, kept in case its request is repeated. */
export interface GivenAnswer<M> {
  key: string;
  correlationId?: string | undefined;
  /** Wall clock in milliseconds. */
  at: number;
  /** Undefined: the answer was not ready when its request had to be answered. */
  answer?: CompleteAnswer<M> | 'acknowledged' | undefined;
}

/** The record of a session between its turns; `M` is a message. */
export interface SessionRecord<M> {
  address?: SessionAddress;
  /** Number of answers after which the session went on: it chooses among the `turnIntents`. */
  turns: number;
  /** Session variables of the flow, merged over all turns. */
  parameters: Record<string, string>;
  /** An answer that was ready too late, for the next request. */
  late?: Answer<M> | undefined;
  /** The last answers, newest last. */
  given: GivenAnswer<M>[];
  /** The flow has received the end of the session. */
  isOver?: boolean | undefined;
}

/** Too many utterances of one session wait. */
export class SessionBusy extends Error {
  override readonly name = 'SessionBusy';
}

/** Options of the sessions. */
export interface SessionsOptions<R> {
  storage: SessionStorage;
  /** Creates the record of a new session. */
  fresh: () => R;
  /** Copies the parts of the conversation's last session that a new session inherits. */
  inherit: (record: R, last: R) => void;
  /** Utterances of one session that may wait for the one that runs; default 5. */
  maxWaiting?: number;
  /** Keeps the order among instances that share the storage; default: this process is the only one. */
  gate?: Pick<TurnGate, 'inOrder'> | undefined;
  /** How long work waits for the work of another instance, in milliseconds; then both run. Default 60,000, a turn's limit. */
  longestTurnMs?: number | undefined;
}

interface Work<R> {
  key: string;
  record: R;
  isRunning: boolean;
}

interface Live<R> {
  last: Promise<unknown>;
  /** Number of works that run or wait. */
  count: number;
  record?: R;
}

/** The sessions with Genesys: runs the works of each session one after the other, and stores its record. */
export class Sessions<R extends SessionRecord<unknown>> {
  readonly #options: SessionsOptions<R>;
  readonly #live = new Map<string, Live<R>>();
  readonly #current = new AsyncLocalStorage<Work<R>>();

  constructor(options: SessionsOptions<R>) {
    this.#options = options;
  }

  /** Returns the record of the work that runs in a session now. */
  peek(botId: string, sessionId: string): R | undefined {
    return this.#live.get(keyOf(botId, sessionId))?.record;
  }

  /**
   * Runs work in a session when the work before it has ended, and then stores the record. Work inside the work of the same session
   * runs at once, because it would otherwise wait for itself.
   *
   * @throws SessionBusy when too many works wait; the error of the storage or the work
   */
  async run(botId: string, sessionId: string, work: (record: R) => Promise<void>): Promise<void> {
    const { maxWaiting = 5, gate, longestTurnMs = 60_000 } = this.#options;
    const key = keyOf(botId, sessionId);
    const outer = this.#current.getStore();
    if (outer?.isRunning === true && outer.key === key) return work(outer.record);
    const live: Live<R> = this.#live.get(key) ?? { last: Promise.resolve(), count: 0 };
    if (live.count > maxWaiting) throw new SessionBusy('Too many messages of the conversation wait.');
    this.#live.set(key, live);
    live.count += 1;
    const inTurn = () => this.#work(botId, key, live, work);
    const done = live.last.then(() => gate?.inOrder(key, inTurn, longestTurnMs) ?? inTurn());
    live.last = done.catch(() => {});
    return done.finally(() => {
      live.count -= 1;
      if (live.count === 0) this.#live.delete(key);
    });
  }

  /** Reads the stored record of a session, whether or not work runs in it. */
  async read(botId: string, sessionId: string): Promise<R> {
    const key = keyOf(botId, sessionId);
    const { [key]: stored } = await this.#options.storage.read([key]);
    return readRecord(stored, this.#options.fresh());
  }

  /** Returns the id of the newest session of a conversation. */
  async newestOf(botId: string, conversationId: string): Promise<string | undefined> {
    const key = makeNewestKey(botId, conversationId);
    const { [key]: found } = await this.#options.storage.read([key]);
    return isObject(found) && typeof found.sessionId === 'string' ? found.sessionId : undefined;
  }

  /**
   * Copies the inherited parts of the conversation's last session into a new one: the cards of that session are still on the screen.
   *
   * @returns whether the conversation had a session
   */
  async inherit(botId: string, record: R, { conversationId }: SessionAddress): Promise<boolean> {
    const sessionId = await this.newestOf(botId, conversationId);
    if (sessionId === undefined) return false;
    const last = await this.read(botId, sessionId);
    if (last.address?.conversationId === conversationId) this.#options.inherit(record, last);
    return true;
  }

  /** Resolves when no work runs or waits. */
  async idle(): Promise<void> {
    while (this.#live.size > 0) await Promise.all([...this.#live.values()].map((live) => live.last));
  }

  async #work(botId: string, key: string, live: Live<R>, work: (record: R) => Promise<void>): Promise<void> {
    const { [key]: stored } = await this.#options.storage.read([key]);
    const record = readRecord(stored, this.#options.fresh());
    live.record = record;
    const current: Work<R> = { key, record, isRunning: true };
    try {
      await this.#current.run(current, () => work(record));
    } finally {
      current.isRunning = false;
      delete live.record;
      await this.#write(botId, key, record, stored === undefined);
    }
  }

  /** Stores a record; a new session becomes the newest of its conversation. */
  async #write(botId: string, key: string, record: R, isNew: boolean): Promise<void> {
    const { address } = record;
    if (address === undefined) return;
    const { conversationId, sessionId } = address;
    const newest = { [makeNewestKey(botId, conversationId)]: { sessionId, eTag: '*' } };
    await this.#options.storage.write({ [key]: { ...record, eTag: '*' }, ...(isNew ? newest : {}) });
  }
}

function makeNewestKey(botId: string, conversationId: string): string {
  return `genesys/${encodeURIComponent(botId)}/conversations/${encodeURIComponent(conversationId)}`;
}

function keyOf(botId: string, sessionId: string): string {
  return `genesys/${encodeURIComponent(botId)}/sessions/${encodeURIComponent(sessionId)}`;
}

/** Trusts a record that we stored ourselves; a session without one is new. */
function readRecord<R extends object>(stored: unknown, fresh: R): R {
  return isObject(stored) ? { ...fresh, ...stored } : fresh;
}

/** Creates the record of a new session. */
export function createRecord(): SessionRecord<never> {
  return { turns: 0, parameters: {}, given: [] };
}

/** The pattern of the sessions' keys in SQL. */
export const sessionKeys = 'genesys/%/sessions/%';

/** Time after a session's last turn in which a repeated request gets its answer again, in milliseconds. */
export const answersKeptMs = 60 * 60_000;

/**
 * Returns a stored session without the parts that nobody needs `answersKeptMs` after its last turn: its answers, and the session
 * variables of a session that is over. Undefined when it has no such parts.
 */
export function withoutAnswers(stored: object): SessionRecord<unknown> | undefined {
  const record = readRecord<SessionRecord<unknown>>(stored, createRecord());
  const hasAnswers = record.given.some(({ answer }) => answer !== undefined);
  const hasOldParameters = record.isOver === true && Object.keys(record.parameters).length > 0;
  if (!hasAnswers && !hasOldParameters) return undefined;
  return {
    ...record,
    parameters: record.isOver === true ? {} : record.parameters,
    given: record.given.map(({ answer: _, ...rest }) => rest),
  };
}
