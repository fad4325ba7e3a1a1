import { CodedError } from '../../../errors.ts';
import { makeSequentialId } from '../../../sequentialId.ts';
import { Attempts, type CardWrites, type OutboxOptions } from '../../attempts.ts';
import {
  type AuditEntry,
  type AuditEvent,
  type AuditedCard,
  answerOf,
  createAuditEntry,
} from '../../cardEvents.ts';
import { toDelivery } from '../../cardTable.ts';
import { setTimer } from '../../clock.ts';
import type { Attempt, Delivery, Outbox, OutgoingCard } from '../../outbox.ts';
import { type Claim, ClaimLoop } from './claimLoop.ts';
import type { PostgresStore } from './postgresStore.ts';
import type { CardWrite } from './runCardWrites.ts';
import { schema } from './schema.ts';
import { StoredOutcomes } from './storedOutcomes.ts';
import { isPassing } from './storeError.ts';
import { WaitingCount } from './waitingCount.ts';

/** How the shared outbox works; it takes 20,000 cards of all instances by default. */
export interface PostgresOutboxOptions extends OutboxOptions {
  store: PostgresStore;
  /** How long a card waits in memory for a database that is away, in milliseconds; default 2,000. */
  storeWaitMs?: number;
  /** How often an instance looks for cards without a notification, in milliseconds; default 1,000. */
  pollMs?: number;
}

/** A newer instance may know a route that this instance does not know: its cards wait one to two times this, in milliseconds. */
const missingRouteMs = 1_500;

/** How long a stop waits for cards that are being sent while the database is away, in milliseconds. */
const awayGraceMs = 1_000;

/** The result of an attempt must be written, however long the database is away. */
const untilWritten = Number.POSITIVE_INFINITY;

/** The outbox of many instances: cards and their order in PostgreSQL, by pg-boss. */
export class PostgresOutbox implements Outbox {
  readonly #options: PostgresOutboxOptions;
  readonly #store: PostgresStore;
  readonly #loop: ClaimLoop;
  readonly #attempts: Attempts;
  readonly #outcomes: StoredOutcomes;
  readonly #waiting: WaitingCount;
  readonly #wallClock: () => number;
  #isStopped = false;

  constructor(options: PostgresOutboxOptions) {
    const { store, concurrency = 64, pollMs = 1_000, maxWaiting = 20_000, random = Math.random } = options;
    this.#options = options;
    this.#store = store;
    this.#wallClock = options.wallClock ?? Date.now;
    const now = options.now ?? (() => performance.now());
    this.#outcomes = new StoredOutcomes(store.database);
    this.#waiting = new WaitingCount(store.database, maxWaiting, now);
    this.#attempts = new Attempts(options, missingRouteMs);
    this.#loop = new ClaimLoop({
      database: store.database,
      boss: store.boss,
      work: (claim) => this.#work(claim),
      onFault: (error) => this.#attempts.stream.reportFault(error),
      pausedMs: () => this.#pausedMs(),
      concurrency,
      pollMs,
      now,
      after: options.after ?? setTimer,
      random,
    });
  }

  async start(): Promise<void> {
    this.#store.session.on('notification', this.#hear).on('connected', this.#catchUp);
    await Promise.all([this.#catchUp(), this.#waiting.count()]);
    this.#loop.start();
  }

  async submit(...cards: readonly OutgoingCard[]): Promise<void> {
    if (this.#isStopped) throw new CodedError('store.unavailable', 'The outbox is stopping.');
    const now = this.#wallClock();
    const added = cards.map((card) => ({
      card,
      jobId: makeSequentialId(),
      entry: createAuditEntry('stored', card, now),
    }));
    await this.#waiting.enter(async () => {
      const { writes, instance } = this.#store;
      const result = await writes.write(
        { kind: 'add', cards: added, origin: instance },
        this.#options.storeWaitMs ?? 2_000,
      );
      if (result === 'conflict')
        throw new CodedError('store.conflict', 'Another card has this messageId.', { path: '$.messageId' });
      if (result === 'done') for (const { entry, card } of added) this.#attempts.stream.emit({ entry, card });
      return result === 'done';
    }, cards.length);
    this.#loop.wake();
  }

  async note(event: AuditEvent, card: AuditedCard, more?: Partial<AuditEntry>): Promise<void> {
    const entry = createAuditEntry(event, card, this.#wallClock(), more);
    await this.#store.note(entry);
    this.#attempts.stream.emit({ entry, card });
  }

  outcomeOf(messageId: string, waitMs: number): Promise<Delivery> {
    return this.#outcomes.wait(messageId, this.#isStopped ? 0 : waitMs);
  }

  async find(messageId: string): Promise<Delivery | undefined> {
    const [row] = await this.#store.database.query(`SELECT * FROM ${schema}.cards WHERE message_id = $1`, [
      messageId,
    ]);
    return row === undefined ? undefined : toDelivery(row);
  }

  async stop(graceMs = 8_000): Promise<void> {
    this.#isStopped = true;
    this.#attempts.stop();
    // Without the database no outcome can be stored: a longer wait would only delay the end.
    await this.#loop.stop(this.#store.database.isAway ? Math.min(graceMs, awayGraceMs) : graceMs);
    this.#store.session.off('notification', this.#hear).off('connected', this.#catchUp);
    this.#outcomes.end();
  }

  async #work(claim: Claim): Promise<number | undefined> {
    const result = await this.#attempts.run(claim.underWay, this.#writesOf(claim));
    if (result.kind === 'again') return result.waitMs;
    if (result.kind !== 'settled') return undefined;
    this.#waiting.leave(1);
    this.#outcomes.notify(result.delivery);
    return undefined;
  }

  /** Returns the writes for the work on a claimed card. A store failure means that the outbox was stopped while the database was away. */
  #writesOf(claim: Claim): CardWrites {
    const { underWay } = claim;
    const entryOf = <E extends AuditEvent>(event: E, attempt: Attempt) => {
      const { attempts, ageMs } = underWay.progress;
      const more = { ...answerOf(attempt), attempts, ms: Math.round(ageMs) };
      return createAuditEntry(event, underWay.card, this.#wallClock(), more);
    };
    const write = async (one: CardWrite) => (await this.#store.writes.write(one, untilWritten)) === 'done';
    return {
      begin: async (isMarked, hasWaited) => {
        if (claim.isLost) return false;
        if (isMarked) return write({ kind: 'sending', claim });
        return !hasWaited || this.#isStored(underWay.card.messageId);
      },
      putBack: async (attempt, waitMs, pauseAllMs) => {
        const entry = attempt.isUntried === true ? undefined : entryOf('attempted', attempt);
        return (await write({ kind: 'again', claim, waitMs, pauseAllMs, entry })) ? entry : undefined;
      },
      settle: async (state, attempt) => {
        const entry = entryOf(state, attempt);
        return (await write({ kind: 'settle', claim, entry })) ? entry : undefined;
      },
      abandon: async (state, attempt) => {
        await write({ kind: 'abandon', claim, state });
        return entryOf(state, attempt);
      },
    };
  }

  /** True also while the database is away: the card is due, and the answer may come hours later. */
  async #isStored(messageId: string): Promise<boolean> {
    try {
      const found = await this.#store.database.query(
        `SELECT 1 FROM ${schema}.cards WHERE message_id = $1 AND state IN ('pending', 'sending')`,
        [messageId],
      );
      return found.length > 0;
    } catch (error) {
      if (isPassing(error)) return true;
      throw error;
    }
  }

  /** How long no route may send, in milliseconds. While one route may, cards of the others are claimed and put back. */
  #pausedMs(): number {
    const pauses = this.#options.routes.map(({ name }) => this.#attempts.pauses.msOf(name));
    return pauses.length === 0 ? 0 : Math.min(...pauses);
  }

  #pause(ms: number, named: readonly string[]): void {
    const all = this.#options.routes.map(({ name }) => name);
    for (const route of named.length > 0 ? named : all) this.#attempts.pauses.pause(route, ms);
    this.#loop.wakeIn(ms + 1);
  }

  readonly #hear = (payload: string): void => {
    const [word = '', first = '', ...rest] = payload.split(' ');
    if (word === 'work' && first !== this.#store.instance) this.#loop.wake(true);
    // An instance of a former version names no route: the pause then holds for all routes.
    if (word === 'pause') this.#pause(Number(first), rest);
    if (word === 'settled' && first === this.#store.instance) {
      this.#waiting.leave(rest.length);
      void this.#outcomes.look(rest);
    }
  };

  /** Reads what notifications reported while the session did not listen: pauses that still hold, outcomes, cards. */
  readonly #catchUp = async (): Promise<void> => {
    try {
      const rows = await this.#store.database.query(
        `SELECT route, extract(epoch FROM until - now()) * 1000 AS ms FROM ${schema}.pauses WHERE until > now()`,
      );
      for (const row of rows) this.#pause(Number(row.ms), [String(row.route)]);
    } catch {
      // The database is away again: the next connection calls this function again.
    }
    void this.#outcomes.look();
    this.#loop.wake();
  };
}
